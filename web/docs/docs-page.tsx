import { useEffect, useState } from 'preact/hooks';
import { mountPage, Page } from '../ui/page.js';
import { type Description, type Route, routesOf } from './description.js';
import { t } from './docs-texts.js';
import { Fold } from './fold.js';
import { OperationPart } from './operation.js';
import { Members } from './schema-table.js';
import { SocketPart } from './socket-part.js';
import { NO_TOKENS, TokenFields, type Tokens } from './tokens.js';

type Loaded = Description | 'loading' | 'failed';

async function load(): Promise<Loaded> {
  try {
    const response = await fetch('/openapi.json');
    return response.ok ? await response.json() : 'failed';
  } catch {
    return 'failed';
  }
}

/** What an address names behind `#` is there only now. */
function showAsked(): void {
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

function DocsPage() {
  const [loaded, setLoaded] = useState<Loaded>('loading');
  const [tokens, setTokens] = useState<Tokens>(NO_TOKENS);
  useEffect(() => {
    load().then(setLoaded);
  }, []);
  useEffect(() => {
    if (typeof loaded === 'object') showAsked();
  }, [loaded]);
  return (
    <Page
      title={t('page.title')}
      skipLabel={t('page.skip')}
      languageLabel={t('page.language')}
      home="/"
    >
      <h1>{t('page.title')}</h1>
      {typeof loaded === 'object' ? (
        <Content description={loaded} tokens={tokens} onTokens={setTokens} />
      ) : (
        <p role="status">{t(`page.${loaded}`)}</p>
      )}
    </Page>
  );
}

interface ContentProps {
  readonly description: Description;
  readonly tokens: Tokens;
  readonly onTokens: (tokens: Tokens) => void;
}

function Content({ description, tokens, onTokens }: ContentProps) {
  const { info, tags } = description;
  const routes = routesOf(description);
  return (
    <>
      <p class="intro" lang="en">
        {info.description}
      </p>
      <p>
        <a href="/openapi.json">{t('page.file')}</a> <small>{info.version}</small>
      </p>
      <Contents tags={tags.map(({ name }) => name)} />
      <TokenFields tokens={tokens} onChange={onTokens} />
      {tags.map((tag) => (
        <TagPart
          key={tag.name}
          {...tag}
          routes={routes.filter(({ operation }) => operation.tags.includes(tag.name))}
          of={description}
          tokens={tokens}
        />
      ))}
      <SocketPart description={description} />
      <Objects description={description} />
    </>
  );
}

function anchorOf(tag: string): string {
  return `tag-${tag.toLowerCase().replaceAll(' ', '-')}`;
}

function Contents({ tags }: { readonly tags: readonly string[] }) {
  return (
    <nav aria-label={t('page.contents')}>
      <ul class="contents">
        {tags.map((tag) => (
          <li key={tag}>
            <a href={`#${anchorOf(tag)}`} lang="en">
              {tag}
            </a>
          </li>
        ))}
        <li>
          <a href="#sockets">{t('sockets.title')}</a>
        </li>
        <li>
          <a href="#objects">{t('objects.title')}</a>
        </li>
      </ul>
    </nav>
  );
}

interface TagProps {
  readonly name: string;
  readonly description: string;
  readonly routes: readonly Route[];
  readonly of: Description;
  readonly tokens: Tokens;
}

function TagPart({ name, description, routes, of, tokens }: TagProps) {
  return (
    <section aria-labelledby={anchorOf(name)}>
      <h2 id={anchorOf(name)} lang="en">
        {name}
      </h2>
      <p class="quiet" lang="en">
        {description}
      </p>
      {routes.map((route) => (
        <OperationPart
          key={route.operation.operationId}
          route={route}
          description={of}
          tokens={tokens}
        />
      ))}
    </section>
  );
}

function Objects({ description }: { readonly description: Description }) {
  return (
    <section aria-labelledby="objects">
      <h2 id="objects">{t('objects.title')}</h2>
      {Object.entries(description.components.schemas).map(([name, schema]) => (
        <Fold
          key={name}
          id={`object-${name}`}
          title={<code>{name}</code>}
          note={schema.title ?? schema.description}
        >
          <Members
            caption={t('objects.members', { name })}
            schema={schema}
            description={description}
          />
        </Fold>
      ))}
    </section>
  );
}

mountPage(() => <DocsPage />);
