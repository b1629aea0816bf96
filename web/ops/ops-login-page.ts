import { send } from '../client/http.js';
import { byId, setText, show } from '../ui/dom.js';
import { lookUp, onLanguage, startLanguage, t } from '../ui/i18n.js';

startLanguage();
const field = byId('token', HTMLInputElement);
const button = byId('submit', HTMLButtonElement);
let problem: string | null = null;

byId('login', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void logIn();
});
onLanguage(render);
render();
field.focus();

async function logIn(): Promise<void> {
  button.disabled = true;
  const answer = await send({
    method: 'POST',
    path: '/api/ops/session',
    body: { token: field.value.trim() },
  });
  button.disabled = false;
  if (answer.kind === 'ok') {
    location.assign('/ops');
    return;
  }
  problem = answer.kind === 'problem' ? answer.problem.code : 'unreachable';
  if (answer.kind === 'problem' && [401, 422].includes(answer.problem.status)) problem = 'wrong';
  render();
  field.select();
}

function render(): void {
  document.title = `${t('ops.login.title')} · Dropgate`;
  const place = byId('problem', HTMLElement);
  show(place, problem !== null);
  if (problem !== null) setText(place, problemText(problem));
}

function problemText(code: string): string {
  if (code === 'wrong') return t('ops.login.wrong');
  return lookUp(`problem.${code}`) ?? t('problem.unknown', { code });
}
