"""Drives the server at argv[1] with Debian's etcd3gw, over the JSON gateway, and prints what it saw.

Whatever differs from one server to another of the same kind (ids, times) is left out, so that the output of two servers
can be compared.
"""
import queue
import sys
import threading

import etcd3gw
from etcd3gw import exceptions

HOST, PORT = sys.argv[1].split(':')
PATIENCE_SECONDS = 90


def connect():
    return etcd3gw.Etcd3Client(host=HOST, port=PORT, api_path='/v3/')


def keys(client):
    client.put('k/a', '1')
    client.put('k/b', 'zwei \u00fc')
    client.put('k/c', b'\x00\xff\n')
    print('get', client.get('k/a'), client.get('k/none'))
    print('prefix', [(value, meta['key'], meta['version']) for value, meta in client.get_prefix('k/')])
    print('sorted', [value for value, _ in client.get_prefix('k/', sort_order='descend', sort_target='mod')])
    print('created', client.create('k/a', 'no'), client.create('k/new', 'yes'))
    print('replaced', client.replace('k/a', '1', '2'), client.replace('k/a', '1', '3'), client.get('k/a'))
    print('deleted', client.delete('k/c'), client.delete('k/c'), client.delete_prefix('k/'))
    print('left', client.get_all())


def watches(client):
    events, cancel = client.watch_prefix('w/')
    seen = queue.Queue()

    def take():
        for event in events:
            seen.put(event)

    taker = threading.Thread(target=take, daemon=True)
    taker.start()
    client.put('w/0', 'new')
    client.delete('w/0')
    client.put('other', 'unseen')
    client.put('w/last', 'end')
    while True:
        event = seen.get(timeout=PATIENCE_SECONDS)
        print('event', event.get('type', 'PUT'), event['kv']['key'], event['kv'].get('value'))
        if event['kv']['key'] == b'w/last':
            break
    cancel()
    taker.join(PATIENCE_SECONDS)

    client.put('w/once', 'first')
    print('once', client.watch_once('w/once', timeout=PATIENCE_SECONDS, start_revision=1)['kv']['value'])
    try:
        client.watch_once('w/never', timeout=0.2)
    except exceptions.WatchTimedOut:
        print('nothing seen of a key that nobody writes')


def leases(client):
    lease = client.lease(ttl=60)
    client.put('l/a', 'leased', lease=lease)
    print('lease', lease.refresh(), 0 < lease.ttl() <= 60, lease.keys(), lease.revoke(), client.get('l/a'), lease.ttl())

    short = client.lease(ttl=2)
    client.put('l/short', 'x', lease=short)
    gone = client.watch_once('l/short', timeout=PATIENCE_SECONDS, filters=['NOPUT'])
    print('expired', gone['type'], client.get('l/short'))


def locks(client):
    rival = connect().lock('job', ttl=60)
    lock = client.lock('job', ttl=60)
    print('acquired', lock.acquire(), lock.is_acquired(), rival.acquire(), rival.is_acquired())
    print('refreshed', lock.refresh())
    print('released', rival.release(), lock.release(), lock.is_acquired(), rival.acquire(), rival.release())
    with client.lock('other', ttl=60) as held:
        print('held', held.is_acquired())


def errors(client):
    for path, body in [('/kv/put', {}), ('/lease/revoke', {'ID': 12345}), ('/kv/range', {'key': 'YQ==', 'revision': 10 ** 9})]:
        response = client.session.post(client.get_url(path), json=body)
        told = response.json()
        print('error', response.status_code, told['code'], told['message'])
    print('members', len(client.members()), 'status', int(client.status()['dbSize']) > 0)


def auth(client):
    """The library has no calls for it: its own post, and the header that carries the token."""
    def post(path, **body):
        return client.post(client.get_url('/auth/' + path), json=body)

    def refused(caller, path, **body):
        response = caller.session.post(caller.get_url(path), json=body)
        return response.status_code, response.json().get('code'), response.json().get('message')

    def login(name, password):
        user = connect()
        user.session.headers['Authorization'] = client.post(
            client.get_url('/auth/authenticate'), json={'name': name, 'password': password})['token']
        return user

    for role in ('root', 'writer'):
        post('role/add', name=role)
    post('role/grant', name='writer', perm={'permType': 'READWRITE', 'key': 'ay8=', 'range_end': 'azA='})
    for user, role in (('root', 'root'), ('ben', 'writer')):
        post('user/add', name=user, password=user + ' secret')
        post('user/grant', user=user, role=role)
    print('role', post('role/get', role='writer')['perm'], 'user', post('user/get', name='ben')['roles'])
    post('enable')

    print('no token', refused(client, '/kv/range', key='ay8='))
    ben = login('ben', 'ben secret')
    print('ben writes', ben.put('k/ben', 'hello'), ben.get('k/ben'))
    print('ben looks elsewhere', refused(ben, '/kv/range', key='bC9h'))
    print('ben is no root', refused(ben, '/auth/user/list'))
    print('wrong password', refused(client, '/auth/authenticate', name='ben', password='wrong'))
    lying = connect()
    lying.session.headers['Authorization'] = 'no.token'
    print('wrong token', refused(lying, '/kv/range', key='ay8='))
    lock = ben.lock('k', ttl=60)
    lock.key = 'k/lock'
    print('ben locks', lock.acquire(), lock.is_acquired(), lock.release())
    seen, cancel = ben.watch('k/ben', start_revision=1)
    print('ben watches', next(seen)['kv']['value'])
    cancel()
    root = login('root', 'root secret')
    print('users', sorted(root.post(root.get_url('/auth/user/list'), json={})['users']))
    root.post(root.get_url('/auth/disable'), json={})
    print('disabled', client.get('k/ben'))
    for user in ('root', 'ben'):
        post('user/delete', name=user)
    for role in ('root', 'writer'):
        post('role/delete', role=role)


def main():
    client = connect()
    for part in (keys, watches, leases, locks, errors, auth):
        print('--', part.__name__)
        part(client)
    print('done')


if __name__ == '__main__':
    main()
    sys.stdout.flush()
