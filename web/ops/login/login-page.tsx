import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, send } from '../../client/http.js';
import { mountPage, Page } from '../../ui/page.js';
import { afterLogin } from '../after-login.js';
import { wordsOf } from '../parts/trouble.js';
import { t } from '../texts.js';
import type { Trouble } from '../use-command.js';

/** A token that is not one of ours, as the server says it. */
const WRONG = [401, 422];

function Login() {
  const [token, setToken] = useState('');
  const [pending, setPending] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const logIn = async () => {
    setPending(true);
    const body = { token: token.trim() };
    const answer = await send({ method: 'POST', path: '/api/ops/session', body });
    if (answer.kind === 'ok') return location.assign(afterLogin(location.search, location.origin));
    setPending(false);
    setTrouble(troubleOf(answer));
    field.current?.select();
  };
  return (
    <Page
      title={t('login.title')}
      home="/"
      width="narrow"
      skipLabel={t('page.skip')}
      languageLabel={t('language.switch')}
    >
      <form
        id="login"
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          if (!pending) void logIn();
        }}
      >
        <h1>{t('login.title')}</h1>
        <label for="token">{t('login.token')}</label>
        <input
          ref={field}
          id="token"
          type="password"
          required
          autocomplete="current-password"
          aria-describedby="token-hint problem"
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <p id="token-hint" class="quiet hint">
          {t('login.hint')}
        </p>
        <p id="problem" class="refusal" role="alert" hidden={trouble === null}>
          {trouble && loginWords(trouble)}
        </p>
        <button id="submit" type="submit" class="primary" aria-disabled={pending}>
          {t('login.submit')}
        </button>
      </form>
    </Page>
  );
}

function troubleOf(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): Trouble {
  return answer.kind === 'problem' ? answer.problem : 'unreachable';
}

function loginWords(trouble: Trouble): string {
  if (trouble !== 'unreachable' && WRONG.includes(trouble.status)) return t('login.wrong');
  return wordsOf(trouble);
}

mountPage(Login);
