declare module 'fastify4' {
  import fastify from 'fastify';
  export default fastify;
}
declare module 'fastify4-multipart' {
  import multipart from '@fastify/multipart';
  export default multipart;
}
