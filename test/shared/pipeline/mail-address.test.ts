import { mailAddressSchema } from '../../../shared/pipeline/mail-address.ts';

describe('an e-mail address', () => {
  it.each([
    ['planning@acme.example', 'planning@acme.example'],
    ["o'neil+larder@ACME.example", "o'neil+larder@acme.example"],
    ['planung@bücher.example', 'planung@xn--bcher-kva.example'],
    ['planning@例え。jp', 'planning@xn--r8jz45g.jp'],
    ['planning@योजना.भारत', 'planning@xn--81byt6d0c.xn--h2brj9c'],
  ])('%s travels as %s', (written, address) => {
    expect(mailAddressSchema.parse(written)).toBe(address);
    expect(mailAddressSchema.parse(address)).toBe(address);
  });

  it.each([
    'nobody',
    '@acme.example',
    'planning@localhost',
    'planning@acme..example',
    'planning@acme.example/path',
    'planning@acme.example#x',
    'planning@ac%6de.example',
    'planning@10.0.0.1',
    'a@b@acme.example',
    'Planning <planning@acme.example>',
    'a@acme.example,b@acme.example',
    `${'a'.repeat(250)}@acme.example`,
  ])('%s is none', (written) => {
    expect(mailAddressSchema.safeParse(written).error?.issues[0].message).toBe('expected an e-mail address');
  });

  it('whose local part is not ASCII is refused with a sentence', () => {
    expect(mailAddressSchema.safeParse('jörg@acme.example').error?.issues[0].message).toBe(
      'expected ASCII characters before the @: SES sends no mail to "jörg@…"',
    );
  });
});
