import { BadRequestException, Body, Controller, Inject, Logger, Post } from '@nestjs/common';
import { Ledger } from './ledger.service.js';

/** What is to be charged, as it comes in. */
export interface Charge {
  readonly orderId: string;
  readonly amountCents: number;
}

/** `POST /payments`. */
@Controller('payments')
export class PaymentsController {
  private readonly logger = new Logger(PaymentsController.name);

  constructor(@Inject(Ledger) private readonly ledger: Ledger) {}

  /** Charges an order; an amount that is no positive whole number is answered with 400. */
  @Post()
  async charge(@Body() charge: Partial<Charge> = {}): Promise<{ charged: number; recorded: boolean }> {
    const { orderId, amountCents = 0 } = charge;
    if (typeof orderId !== 'string' || !Number.isInteger(amountCents) || amountCents <= 0) {
      throw new BadRequestException('orderId and a positive amountCents are needed');
    }
    const recorded = await this.ledger.record(orderId, amountCents);
    this.logger.log({ message: 'order charged', orderId, amountCents });
    return { charged: amountCents, recorded };
  }
}
