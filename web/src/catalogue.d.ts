// Made by the build (web/catalogue.ts): the messages of each language, in one module each.
declare module "virtual:messages" {
  const loaders: Record<string, () => Promise<{ default: string }>>;
  export default loaders;
}
