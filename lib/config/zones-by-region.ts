/**
 * The regions that FinCore is deployed to and their zones, so that a misspelt zone shows before a deployment fails half-way.
 * @source https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
export const zonesByRegion: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({
    'ap-northeast-1': 'acd',
    'ap-south-1': 'abc',
    'ap-southeast-1': 'abc',
    'ap-southeast-2': 'abc',
    'ca-central-1': 'abd',
    'eu-central-1': 'abc',
    'eu-north-1': 'abc',
    'eu-west-1': 'abc',
    'eu-west-2': 'abc',
    'eu-west-3': 'abc',
    'sa-east-1': 'abc',
    'us-east-1': 'abcdef',
    'us-east-2': 'abc',
    'us-west-2': 'abcd',
  }).map(([region, letters]) => [region, Array.from(letters, (letter) => `${region}${letter}`)]),
);
