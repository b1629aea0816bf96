import type { SaleRoom } from '../../client/index.js';
import { mountPage } from '../../ui/page.js';
import { useNow } from '../../ui/use-now.js';
import { dropgate } from '../dropgate.js';
import { idInAddress } from '../id-in-address.js';
import { Shell } from '../shell.js';
import { t } from '../texts.js';
import { About } from './about.js';
import { Announcements } from './announcements.js';
import { Facts } from './facts.js';
import { NoticeSwitch } from './notice-switch.js';
import { Panel } from './panel.js';
import { useRoom } from './use-room.js';
import { figureOf, headline } from './words.js';

const room = dropgate.sale(idInAddress());

function SalePage({ room }: { readonly room: SaleRoom }) {
  const state = useRoom(room);
  const now = useNow(dropgate.now, true);
  const { sale, phase } = state;
  const { figure } = figureOf(state, now);
  const counted = phase === 'waiting' || phase === 'held' ? figure : '';
  return (
    <Shell
      title={[counted, phase === 'held' ? t('notice.turn') : headline(state), sale?.title]
        .filter(Boolean)
        .join(' · ')}
    >
      <div class={phase === 'not-found' ? 'room alone' : 'room'}>
        {phase !== 'not-found' && <div class="goods">{sale && <About sale={sale} />}</div>}
        <div class="turn">
          <Panel room={room} state={state} now={now} />
          {phase !== 'not-found' && <NoticeSwitch state={state} />}
        </div>
        <div class="facts-place">{sale && <Facts sale={sale} />}</div>
      </div>
      <Announcements state={state} now={now} />
      <p class="back">
        <a href="/">{t('page.back')}</a>
      </p>
    </Shell>
  );
}

mountPage(() => <SalePage room={room} />);
