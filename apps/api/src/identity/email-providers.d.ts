declare module 'email-providers' {
  /** Domains, lower-cased. */
  const domains: readonly string[];
  export default domains;
}
