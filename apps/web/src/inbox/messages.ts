/** Texts of the inbox. */

export const inbox = {
  title: 'Inbox',
  lead: 'E-mails that this service would have sent. No mail server is configured, so nothing leaves this machine.',
  none: 'No messages yet',
  noneLead: 'Sign up or reset a password, and the message appears here.',
  to: (address: string) => `to ${address}`,
};
