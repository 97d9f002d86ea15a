// Makes a connection that is refused and that nobody listens to: the process ends with the driver's error.
const { setupOtel } = require('@otelier/core');
const mysql = require('mysql2');

setupOtel({ serviceName: 'modules' });
mysql.createConnection({ host: '127.0.0.1', port: 1, user: 'x' });
