using System.Collections.Concurrent;
using System.Diagnostics;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Chaos.Checker;
using Google.Protobuf;

namespace ActorEtcd.Specs.Host.GrpcProxy.Leasing;

/// <summary>What clients asked of keys that several proxies own in turn, and what they were told.</summary>
internal sealed class LeasingHistory
{
    private const int Keys = 3;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<(string Key, Call<RegisterOperation> Call)> _calls = new();
    private int _values;

    public int Count => _calls.Count;

    public int Unanswered => _calls.Count(static entry => !entry.Call.IsKnown);

    /// <summary>One request; what fails is noted as such and nothing more.</summary>
    public async Task AskAsync(int client, GrpcChannel channel, Random random, bool readsAlone)
    {
        string key = $"k{random.Next(Keys)}";
        string value = $"v{Interlocked.Increment(ref _values)}";
        switch (readsAlone ? 0 : random.Next(10))
        {
            case < 6:
                await NoteAsync(client, null, [key], async () => ReadOf(await channel.UnaryAsync(EtcdMethods.Range, Read(key), Deadline)));
                break;
            case 6 or 7:
                var put = new PutRequest { Key = Key(key), Value = Key(value) };
                await NoteAsync(client, new RegisterOperation.Write(value), [key], async () => Drop(await channel.UnaryAsync(EtcdMethods.Put, put, Deadline)));
                break;
            case 8:
                bool isRange = random.Next(2) == 0;
                var delete = new DeleteRangeRequest { Key = Key(key), RangeEnd = isRange ? Key("k9") : ByteString.Empty };
                string[] gone = [.. Enumerable.Range(0, Keys).Select(static i => $"k{i}").Where(one => one == key || (isRange && string.CompareOrdinal(one, key) > 0))];
                await NoteAsync(client, new RegisterOperation.Write(null), gone, async () => Drop(await channel.UnaryAsync(EtcdMethods.DeleteRange, delete, Deadline)));
                break;
            default:
                await CompareAndSetAsync(client, channel, key, value);
                break;
        }
    }

    public List<(string Key, List<Call<RegisterOperation>> Calls)> Registers() =>
    [
        .. _calls.GroupBy(static entry => entry.Key, static entry => entry.Call).Select(static group => (group.Key, group.ToList())),
    ];

    private async Task CompareAndSetAsync(int client, GrpcChannel channel, string key, string value)
    {
        string? expected = null;
        try
        {
            expected = ValueOf(await channel.UnaryAsync(EtcdMethods.Range, new RangeRequest { Key = Key(key), Serializable = true }, Deadline));
        }
        catch (GrpcCallException)
        {
            // As good a guess as any.
        }

        var compare = new Compare { Key = Key(key) };
        if (expected is null)
        {
            compare.Target = Compare.Types.CompareTarget.Version;
            compare.Version = 0;
        }
        else
        {
            compare.Target = Compare.Types.CompareTarget.Value;
            compare.Value = Key(expected);
        }

        var txn = new TxnRequest
        {
            Compare = { compare },
            Success = { new RequestOp { RequestPut = new PutRequest { Key = Key(key), Value = Key(value) } } },
            Failure = { new RequestOp { RequestRange = Read(key) } },
        };
        await NoteAsync(client, new RegisterOperation.CompareAndSet(expected, value, Succeeded: true), [key], async () =>
        {
            TxnResponse answer = await channel.UnaryAsync(EtcdMethods.Txn, txn, Deadline);
            return answer.Succeeded ? null : ReadOf(answer.Responses[0].ResponseRange);
        });
    }

    /// <param name="client">Who asks.</param>
    /// <param name="write">What happened, or may have; null for a read, which is forgotten when it fails.</param>
    /// <param name="keys">To which keys.</param>
    /// <param name="ask">Null: the write; otherwise what was read instead.</param>
    private async Task NoteAsync(int client, RegisterOperation? write, string[] keys, Func<Task<RegisterOperation?>> ask)
    {
        long start = Stopwatch.GetTimestamp();
        RegisterOperation? done;
        long end;
        try
        {
            done = await ask() ?? write;
            end = Stopwatch.GetTimestamp();
        }
        catch (GrpcCallException failure)
        {
            Xunit.Assert.True(IsExpected(failure.Code), failure.Message);
            (done, end) = (write, Call<RegisterOperation>.Never);
        }

        if (done is not null)
        {
            Array.ForEach(keys, key => _calls.Enqueue((key, new Call<RegisterOperation>(client, done, start, end))));
        }
    }

    private static bool IsExpected(StatusCode code) => code is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Canceled or StatusCode.Unknown;

    private static RegisterOperation? Drop(object answer) => answer is null ? throw new ArgumentNullException(nameof(answer)) : null;

    private static RegisterOperation.Read ReadOf(RangeResponse answer) => new(ValueOf(answer));

    private static string? ValueOf(RangeResponse answer) => answer.Kvs.FirstOrDefault()?.Value.ToStringUtf8();

    private static RangeRequest Read(string key) => new() { Key = Key(key) };

    private static ByteString Key(string text) => ByteString.CopyFromUtf8(text);
}
