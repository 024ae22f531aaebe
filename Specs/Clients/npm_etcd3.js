// Drives the server at argv[2] with the npm package etcd3 and prints what it saw, line by line. Whatever differs from
// one server to another of the same kind (ids, times) is left out, so that the output of two servers can be compared.
'use strict';
const { Etcd3, EtcdLockFailedError } = require('etcd3');

const hosts = process.argv[2];
const connect = (auth) => new Etcd3({ hosts, auth });
const say = (...words) => console.log(words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' '));

async function keys(client) {
  await client.put('k/a').value('1');
  await client.put('k/b').value('2');
  await client.put('k/c').value('');
  say('get', await client.get('k/a').string(), await client.get('k/none').string());
  say('all', await client.getAll().prefix('k/').strings());
  say('sorted', await client.getAll().prefix('k/').sort('Key', 'Descend').limit(2).keys());
  say('count', await client.getAll().prefix('k/').count());
  const before = await client.get('k/a').exec();
  await client.put('k/a').value('3');
  say('old', (await client.get('k/a').revision(before.header.revision).exec()).kvs[0].value.toString());
  say('previous', (await client.put('k/a').value('4').getPrevious()).value.toString());
  say('deleted', (await client.delete().key('k/c')).deleted, await client.get('k/c').exists());
  say('binary', (await client.put('k/bin').value(Buffer.from([0, 255, 10]))) && [...(await client.get('k/bin').buffer())]);
}

async function transactions(client) {
  const swap = (expected, value) =>
    client.if('k/a', 'Value', '==', expected).then(client.put('k/a').value(value)).else(client.get('k/a')).commit();
  say('swap', (await swap('4', '5')).succeeded);
  const failed = await swap('4', '6');
  say('swap', failed.succeeded, failed.responses[0].response_range.kvs[0].value.toString());
  const counted = await client.stm().transact(async (tx) => {
    const number = Number(await tx.get('k/b').string()) + 40;
    await tx.put('k/b').value(String(number));
    return number;
  });
  say('stm', counted, await client.get('k/b').string());
}

// Events until the one whose key ends in 'last', in the order in which they came.
async function watches(client) {
  const start = (await client.put('w/0').value('old')).header.revision;
  const watcher = await client.watch().prefix('w/').startRevision(start).withPreviousKV().create();
  const seen = [];
  const done = new Promise((resolve, reject) => {
    watcher.on('error', reject);
    watcher.on('data', (data) => {
      for (const event of data.events) {
        seen.push([event.type, event.kv.key.toString(), event.kv.value.toString(), event.prev_kv ? event.prev_kv.value.toString() : null]);
        if (event.kv.key.toString() === 'w/last') resolve();
      }
    });
  });
  await client.put('w/0').value('new');
  await client.delete().key('w/0');
  await client.if('w/0', 'Version', '==', 0).then(client.put('w/1').value('x'), client.put('w/2').value('y')).commit();
  await client.put('other').value('unseen');
  await client.put('w/last').value('end');
  await done;
  for (const event of seen) say('event', event);
  await watcher.cancel();
  say('watch cancelled');
}

async function leases(client) {
  const lease = client.lease(60);
  await lease.put('l/a').value('leased');
  const kept = await lease.keepaliveOnce();
  say('keepalive', kept.TTL);
  const id = await lease.grant();
  say('attached', (await client.get('l/a').exec()).kvs[0].lease === id);
  const told = await client.leaseClient.leaseTimeToLive({ ID: id, keys: true });
  say('time to live', told.grantedTTL, told.keys.map((key) => key.toString()));
  await lease.revoke();
  say('revoked', await client.get('l/a').string());

  const short = client.lease(2, { autoKeepAlive: false });
  const gone = await client.watch().key('l/short').create();
  const expired = new Promise((resolve) => gone.on('delete', resolve));
  await short.put('l/short').value('x');
  await expired;
  await gone.cancel();
  say('expired', await client.get('l/short').string());
}

async function locks(client) {
  const rival = connect();
  const lock = client.lock('job').ttl(60);
  await lock.acquire();
  say('lock held');
  await rival.lock('job').acquire().then(
    () => say('two hold the lock'),
    (error) => say('rival refused', error instanceof EtcdLockFailedError));
  await lock.release();
  say('lock', await rival.lock('job').do(async () => 'held by the rival'));
  rival.close();
}

async function elections(client) {
  const election = client.election('boss', 60);
  const first = election.campaign('first');
  await first.wait();
  const rival = connect();
  const second = rival.election('boss', 60).campaign('second');
  const observer = await election.observe();
  say('leader', observer.leader());
  const changed = new Promise((resolve) => observer.on('change', (leader) => leader === 'second' && resolve()));
  await second.getCampaignKey();
  await first.resign();
  await second.wait();
  await changed;
  say('leader', observer.leader());
  await observer.cancel();
  await second.resign();
  rival.close();
}

async function errors(client) {
  const refused = (promise) => promise.then(() => 'no error', (error) => [error.constructor.name, error.message]);
  say('error', await refused(client.kv.put({ key: Buffer.alloc(0), value: Buffer.from('x') })));
  say('error', await refused(client.get('k/a').revision(1e9).exec()));
  say('error', await refused(client.leaseClient.leaseRevoke({ ID: '12345' })));
  say('members', (await client.cluster.memberList({})).members.length);
  say('status', Number((await client.maintenance.status()).dbSize) > 0);
}

// Users and roles; last, since it ends with the users that it made gone.
async function auth(client) {
  const role = client.role('reader');
  await role.create();
  await role.grant({ permission: 'Read', range: client.range({ prefix: 'k/' }) });
  say('role', (await role.permissions()).map((granted) => [granted.permission, granted.range.start.toString(), granted.range.end.toString()]));
  const user = client.user('ann');
  await user.create('secret');
  await user.addRole('reader');
  say('user', (await user.roles()).map((granted) => granted.name));
  const root = client.user('root');
  await root.create('rootsecret');
  await client.role('root').create();
  await root.addRole('root');
  await client.auth.authEnable();

  const refused = (promise) => promise.then(() => 'no error', (error) => [error.constructor.name, error.message]);
  say('no token', await refused(client.get('k/a').string()));
  const ann = connect({ username: 'ann', password: 'secret' });
  say('ann reads', await ann.get('k/a').string());
  say('ann writes', await refused(ann.put('k/a').value('no')));
  say('ann looks elsewhere', await refused(ann.get('l/a').string()));
  const stranger = connect({ username: 'ann', password: 'wrong' });
  say('wrong password', await refused(stranger.get('k/a').string()));
  const admin = connect({ username: 'root', password: 'rootsecret' });
  say('users', (await admin.getUsers()).map((one) => one.name).sort(), (await admin.getRoles()).map((one) => one.name).sort());
  await admin.put('k/a').value('by root');
  say('ann reads', await ann.get('k/a').string());
  await admin.role('reader').revoke({ permission: 'Read', range: admin.range({ prefix: 'k/' }) });
  say('ann lost the right', await refused(ann.get('k/a').string()));
  await admin.auth.authDisable();
  say('disabled', await client.get('k/a').string());
  for (const name of ['ann', 'root']) await client.user(name).delete();
  for (const name of ['reader', 'root']) await client.role(name).delete();
  for (const one of [ann, stranger, admin]) one.close();
}

async function main() {
  const client = connect();
  for (const part of [keys, transactions, watches, leases, locks, elections, errors, auth]) {
    say(`-- ${part.name}`);
    await part(client);
  }

  client.close();
  say('done');
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
