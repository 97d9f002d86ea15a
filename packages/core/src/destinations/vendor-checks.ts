import { checkNames, checkWord, invalidOption, invalidSecret } from '../diagnostics/validation.js';
import { areHeaders, checkDelivery, checkEndpoint, DELIVERY_OPTIONS } from './delivery-checks.js';
import type { Vendor, VendorSetting } from './vendor.js';

/** What a key may be, for messages. */
export const KEY = 'a text that is not empty and can be sent as a header';

/**
 * Checks what a vendor's function was given.
 *
 * @throws TypeError that names the option, its value, unless it can be a secret, and what is allowed
 */
export function checkVendorOptions(where: string, vendor: Vendor, options: unknown): void {
  checkNames(where, options, ['key', ...Object.keys(vendor.settings), ...DELIVERY_OPTIONS]);
  const given = options as Record<string, unknown>;
  checkDelivery(where, given);
  checkKey(`${where}.key`, given['key']);
  checkSettings(where, vendor, given);
}

/** Throws unless the key is absent or can be sent. */
export function checkKey(name: string, key: unknown): void {
  if (key !== undefined && !isText(key)) {
    invalidSecret(name, KEY);
  }
}

/** Throws unless every setting is absent or what the vendor can make sense of. */
export function checkSettings(where: string, vendor: Vendor, given: Readonly<Record<string, unknown>>): void {
  for (const [name, setting] of Object.entries(vendor.settings)) {
    const value = given[name];
    if (setting.kind === 'url') {
      checkEndpoint(`${where}.${name}`, value);
    } else if (setting.values !== undefined) {
      checkWord(`${where}.${name}`, value, setting.values);
    } else if (value !== undefined && !isSettingText(setting, value)) {
      invalidOption(`${where}.${name}`, value, describeSetting(setting));
    }
  }
}

/** Whether a text can be a setting of a kind that is no URL. */
export function isSettingText(setting: VendorSetting, value: unknown): value is string {
  return isText(value) && (setting.kind !== 'host' || /^[a-z\d-]+(\.[a-z\d-]+)*$/i.test(value));
}

/** What a setting may be, for messages. */
export function describeSetting({ kind }: VendorSetting): string {
  return kind === 'host' ? 'a part of a host name' : KEY;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && areHeaders({ name: value });
}
