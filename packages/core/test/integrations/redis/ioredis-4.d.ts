/** ioredis 4 has its declarations in a package of its own; what the tests use of it has not changed. */
declare module 'ioredis-4' {
  export { default } from 'ioredis';
}
