import Fastify from 'fastify';
import { connect } from './database.mjs';
import { contender, countRequest, report } from './serve.mjs';

const fastify = Fastify();
await contender.fastify?.(fastify);
fastify.get('/hello/:name', async (request) => {
  countRequest();
  return { hello: request.params.name };
});
const query = await connect();
if (query) {
  fastify.get('/query/:id', async (request) => {
    countRequest();
    return query(request.params.id);
  });
}
await fastify.listen({ port: 0, host: '127.0.0.1' });
report(fastify.server.address().port);
