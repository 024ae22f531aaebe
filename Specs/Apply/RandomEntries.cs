using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Auth;
using ActorEtcd.Specs.Store;

namespace ActorEtcd.Specs.Apply;

/// <summary>Entries of all kinds, some of them malformed, void or refused, in the order of a log.</summary>
internal sealed class RandomEntries(Random random)
{
    private const int LeaseIds = 5;
    private const long V2Epoch = 1_700_000_000_000_000_000;

    private readonly RandomRequests _requests = new(random);
    private readonly RandomAuth _auth = new(random);

    public LogEntry Next(AppliedStore store) => random.Next(38) switch
    {
        > 33 => store.EntryOf(V2(store.Index)),
        > 29 => store.EntryOf(_auth.Next(), requester: _auth.Requester(store.Applier.Auth)),
        0 => new LogEntry(store.Index + 1, AppliedStore.Term, EntryKind.NoOp, default),
        1 => new LogEntry(store.Index + 1, AppliedStore.Term, EntryKind.Command, Noise()),
        _ => store.EntryOf(Command(store), random.Next(10) == 0 ? AppliedStore.Term + 1 : AppliedStore.Term, _auth.Requester(store.Applier.Auth)),
    };

    private RaftCommand Command(AppliedStore store) => random.Next(30) switch
    {
        < 9 => _requests.Put(),
        < 12 => _requests.Delete(),
        < 15 => Txn(),
        < 19 => new LeaseGrantRequest(Lease(), random.Next(2, 100)),
        < 22 => new LeaseRevokeRequest(Lease(), random.Next(2) == 0 ? 0 : AppliedStore.Term),
        22 => new LeaseCheckpointRequest([new LeaseCheckpoint(Lease(), random.Next(0, 50))]),
        23 => new AlarmRequest(AlarmAction.Activate, new MemberId(1), AlarmType.NoSpace),
        < 27 => new AlarmRequest(AlarmAction.Deactivate, new MemberId(1), AlarmType.NoSpace),
        27 => new MemberAttributesRequest(new MemberId(1), $"name{random.Next(9)}", [$"http://127.0.0.1:{random.Next(9)}"]),
        28 => new CompactionRequest(random.NextInt64(0, store.Store.Revision + 2)),
        _ => _requests.Range(store.Store.CompactRevision, store.Store.Revision),
    };

    private TxnRequest Txn()
    {
        var compare = new Compare((CompareResult)random.Next(4), CompareTarget.Version, _requests.Key(), random.Next(3));
        return new TxnRequest([compare], Operations(), Operations());
    }

    private ImmutableArray<RequestOp> Operations()
        => [.. Enumerable.Range(0, random.Next(4)).Select(_ => _requests.Put()).DistinctBy(put => put.Key)];

    private V2Request V2(long now)
    {
        string path = $"/1/{(char)('a' + random.Next(3))}/{random.Next(3)}";
        return random.Next(6) switch
        {
            0 => new V2Request(V2Request.Delete, random.Next(3) == 0 ? path[..4] : path) { IsRecursive = true },
            1 => new V2Request(V2Request.Post, path[..4]) { Value = $"{now}" },
            2 => new V2Request(V2Request.Sync, "/") { Time = V2Epoch + now },
            _ => new V2Request(V2Request.Put, path)
            {
                Value = $"{now}",
                ExpiresAt = random.Next(3) == 0 ? V2Epoch + now + random.Next(40) : 0,
                Refresh = random.Next(5) == 0,
            },
        };
    }

    private LeaseId Lease() => new(random.Next(1, LeaseIds));

    private byte[] Noise()
    {
        var bytes = new byte[random.Next(20)];
        random.NextBytes(bytes);
        return bytes;
    }
}
