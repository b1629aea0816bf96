import type { Description, SocketEvent } from './description.js';
import { t } from './docs-texts.js';
import { Type } from './schema-table.js';

/** What is sent and told over Socket.IO. */
export function SocketPart({ description }: { readonly description: Description }) {
  const { clientToServer, serverToClient } = description['x-socketio'];
  return (
    <section aria-labelledby="sockets">
      <h2 id="sockets">{t('sockets.title')}</h2>
      <p>{t('sockets.intro')}</p>
      <Events caption={t('sockets.asked')} events={clientToServer} answered />
      <Events caption={t('sockets.told')} events={serverToClient} />
    </section>
  );
}

interface EventsProps {
  readonly caption: string;
  readonly events: Readonly<Record<string, SocketEvent>>;
  readonly answered?: boolean;
}

function Events({ caption, events, answered = false }: EventsProps) {
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t('table.event')}</th>
          <th scope="col">{t('table.message')}</th>
          {answered ? <th scope="col">{t('table.acknowledgement')}</th> : null}
          <th scope="col">{t('table.about')}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(events).map(([event, { message, acknowledgement, summary }]) => (
          <tr key={event}>
            <th scope="row">
              <code>{event}</code>
            </th>
            <td>
              <Type schema={message} />
            </td>
            {acknowledgement ? (
              <td>
                <Type schema={acknowledgement} />
              </td>
            ) : null}
            <td lang="en">{summary.replaceAll('`', '')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
