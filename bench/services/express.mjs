import express from 'express';
import { connect } from './database.mjs';
import { contender, countRequest, report } from './serve.mjs';

const app = express();
await contender.express?.(app);
app.get('/hello/:name', (request, response) => {
  countRequest();
  response.json({ hello: request.params.name });
});
const query = await connect();
if (query) {
  app.get('/query/:id', async (request, response) => {
    countRequest();
    response.json(await query(request.params.id));
  });
}
await contender.expressEnd?.(app);
const server = app.listen(0, '127.0.0.1', () => report(server.address().port));
