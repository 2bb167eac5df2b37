import type { ApiContext } from '../../api-context';
import { merchantKeyRoutes } from './merchant-keys';
import { MerchantSchema } from './merchant-resource';
import { merchantRoutes } from './merchants';

export const accountsApi: ApiContext = {
  tags: [{ name: 'Merchants', description: 'Merchants and their keys; for the operator.' }],
  schemas: [MerchantSchema],
  routes: [merchantRoutes, merchantKeyRoutes],
};
