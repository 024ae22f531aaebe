using System.Collections.Concurrent;
using System.Globalization;
using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Store;

namespace ActorEtcd.Specs.MultiNode;

/// <summary>
/// A client beside a node, one request after the other: puts keys of its own, reads them back, and increments a counter that
/// all clients share. It notes what was acknowledged and what must not be.
/// </summary>
internal sealed class NodeClient(EtcdNode node, string name)
{
    /// <summary>Between two rounds, so that three nodes on two processors have time for each other.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private static readonly Bytes Counter = Bytes.FromUtf8("counter");

    private readonly ConcurrentDictionary<long, long> _acknowledged = new();
    private readonly ConcurrentDictionary<long, ulong> _led = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private volatile bool _isStopping;
    private Task _run = Task.CompletedTask;
    private long _sequence;
    private long _counterSeen;
    private long _unknown;
    private long _counted;
    private long _countUnknown;
    private long _revisionSeen;

    public long Acknowledged => _acknowledged.Count;

    /// <summary>The number of the put that was begun last.</summary>
    public long Begun => Interlocked.Read(ref _sequence);

    public Dictionary<long, long> Revisions => new(_acknowledged);

    public long Unknown => Interlocked.Read(ref _unknown);

    public long Counted => Interlocked.Read(ref _counted);

    public long CountUnknown => Interlocked.Read(ref _countUnknown);

    public Dictionary<long, ulong> Led => new(_led);

    public IEnumerable<string> Violations => _violations;

    /// <summary>Bytes in each value.</summary>
    public int ValueBytes { get; set; } = 10;

    public void Start() => _run = Task.Run(RunAsync);

    /// <summary>How many of the puts that were begun after this one were acknowledged.</summary>
    public int AcknowledgedAfter(long put) => _acknowledged.Keys.Count(sequence => sequence > put);

    /// <summary>Ends after the round under way.</summary>
    public async Task StopAsync()
    {
        _isStopping = true;
        await _run;
    }

    /// <summary>What a store lacks of the puts that the client of that name was told to be done.</summary>
    public static IEnumerable<string> Missing(StoreView view, string name, Dictionary<long, long> acknowledged)
    {
        foreach (var (sequence, revision) in acknowledged)
        {
            var found = view.TryGet(KeyOf(name, sequence), 0, out var record)
                ? KeyValue.Parse(record.Span).ModRevision
                : 0;
            if (found != revision)
            {
                yield return $"put {sequence} of {name}, acknowledged at revision {revision}, is of revision {found}";
            }
        }
    }

    public void Violated(string what) => _violations.Enqueue(what);

    public async Task<long> ReadCounterAsync() => NumberIn(await node.RangeAsync(new RangeRequest { Key = Counter }));

    public static long NumberIn(RangeResult result) => result.Kvs.IsEmpty
        ? 0
        : long.Parse(KeyValue.Parse(result.Kvs[0].Span).Value, CultureInfo.InvariantCulture);

    public static Bytes TextOf(long number) => Bytes.FromUtf8(number.ToString(CultureInfo.InvariantCulture));

    private static Bytes KeyOf(string name, long sequence) => Bytes.FromUtf8($"put/{name}/{sequence:d8}");

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Pace);
        while (!_isStopping)
        {
            Observe();
            await PutAsync();
            Observe();
            await CountAsync();
            await timer.WaitForNextTickAsync();
        }
    }

    private void Observe()
    {
        var status = node.Status;
        if (status.HasLeader && _led.GetOrAdd(status.Term, status.Leader.Value) is var leader && leader != status.Leader.Value)
        {
            Violated($"term {status.Term} has the leaders {leader} and {status.Leader}");
        }

        var revision = node.View.Revision;
        if (revision < _revisionSeen)
        {
            Violated($"revision {_revisionSeen} of {name} went back to {revision}");
        }

        _revisionSeen = revision;
    }

    private async Task PutAsync()
    {
        var sequence = Interlocked.Increment(ref _sequence);
        try
        {
            var put = await node.PutAsync(new PutRequest(KeyOf(name, sequence), new byte[ValueBytes]));
            _acknowledged[sequence] = put.Revision;
            var read = await node.RangeAsync(new RangeRequest { Key = KeyOf(name, sequence) });
            if (read.Kvs.IsEmpty || KeyValue.Parse(read.Kvs[0].Span).ModRevision != put.Revision)
            {
                Violated($"a linearizable read of {name} did not see its put {sequence} of revision {put.Revision}");
            }
        }
        catch (EtcdException)
        {
            if (!_acknowledged.ContainsKey(sequence))
            {
                Interlocked.Increment(ref _unknown);
            }
        }
    }

    private async Task CountAsync()
    {
        var isProposed = false;
        try
        {
            var value = await ReadCounterAsync();
            if (value < _counterSeen)
            {
                Violated($"{name} read the counter as {value} after it knew {_counterSeen}");
            }

            _counterSeen = value;
            var compare = value == 0
                ? new Compare(CompareResult.Equal, CompareTarget.Version, Counter)
                : new Compare(CompareResult.Equal, CompareTarget.Value, Counter, Value: TextOf(value));
            isProposed = true;
            var result = (TxnResult)await node.TxnAsync(
                new TxnRequest([compare], [new PutRequest(Counter, TextOf(value + 1))], []));
            if (result.Succeeded)
            {
                Interlocked.Increment(ref _counted);
                _counterSeen = value + 1;
            }
        }
        catch (EtcdException)
        {
            Interlocked.Add(ref _countUnknown, isProposed ? 1 : 0);
        }
    }
}
