import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { createPool, type Pool } from 'mysql2/promise';

/** The payments in MySQL or MariaDB. Without `MYSQL_URL` nothing is written down. */
@Injectable()
export class Ledger implements OnModuleInit, OnApplicationShutdown {
  private readonly pool: Pool | undefined = openPool(process.env['MYSQL_URL']);

  async onModuleInit(): Promise<void> {
    await this.pool?.query(`CREATE TABLE IF NOT EXISTS shop_payments (
      id bigint AUTO_INCREMENT PRIMARY KEY, order_id varchar(36) NOT NULL, amount_cents integer NOT NULL)`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.end();
  }

  /** Writes a payment down; false when there is no database. */
  async record(orderId: string, amountCents: number): Promise<boolean> {
    if (this.pool === undefined) {
      return false;
    }
    await this.pool.execute('INSERT INTO shop_payments (order_id, amount_cents) VALUES (?, ?)', [orderId, amountCents]);
    return true;
  }
}

function openPool(url: string | undefined): Pool | undefined {
  return url ? createPool({ uri: url, connectionLimit: 4 }) : undefined;
}
