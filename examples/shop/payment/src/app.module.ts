import { Module } from '@nestjs/common';
import { OtelModule } from '@otelier/nestjs';
import { Ledger } from './ledger.service.js';
import { PaymentsController } from './payments.controller.js';

/** The payment service: charges an order and writes it into the ledger. */
@Module({
  imports: [OtelModule.forRoot()],
  controllers: [PaymentsController],
  providers: [Ledger],
})
export class AppModule {}
