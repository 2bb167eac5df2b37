import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
  type UserPoolDomain,
} from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';

export interface AdminStackProps extends StackProps {
  readonly configuration: StageConfiguration;
}

/** NIST 800-63B, section 3.1.1.2, asks for 8 characters with a second factor; PCI DSS 4.0.1, 8.3.6, for 12. */
const shortestPassword = 12;

/** Who of the staff may sign in, always with a second factor. */
export class AdminStack extends Stack {
  readonly staff: UserPool;
  readonly adminClient: UserPoolClient;
  readonly signIn: UserPoolDomain;

  constructor(scope: Construct, id: string, props: AdminStackProps) {
    const { configuration } = props;
    super(scope, id, { terminationProtection: configuration.isProtected, ...props });
    const { isProtected, admin } = configuration;
    this.staff = new UserPool(this, 'Staff', {
      // Threat protection needs it: sign-ins from strange places and leaked passwords are refused.
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      mfa: Mfa.REQUIRED,
      // No codes by text message: a telephone number can be taken over.
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: shortestPassword,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(1),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: isProtected,
      removalPolicy: isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.signIn = this.staff.addDomain('SignIn', {
      cognitoDomain: { domainPrefix: admin.signInPrefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.adminClient = this.createClient(`https://${admin.domainName}`);
    // Without a branding Cognito shows no managed login pages: sign-in would be refused.
    new CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: this.staff.userPoolId,
      clientId: this.adminClient.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    new CfnOutput(this, 'UserPoolId', { value: this.staff.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: this.adminClient.userPoolClientId });
    new CfnOutput(this, 'SignInUrl', { value: this.signIn.baseUrl() });
  }

  /** The admin pages: a public client, so a code with proof of possession and no secret. */
  private createClient(origin: string): UserPoolClient {
    return this.staff.addClient('AdminPages', {
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [`${origin}/signed-in`],
        logoutUrls: [`${origin}/`],
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.hours(12),
    });
  }
}
