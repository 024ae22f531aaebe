using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Cli.Ctl.Output;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>Puts of random keys by many clients at once, and what is told of them.</summary>
internal sealed class CheckLoad(string prefix, int keyBytes, int valueBytes)
{
    private readonly ConcurrentBag<double> _seconds = [];
    private readonly ConcurrentDictionary<string, int> _failures = new();

    public IReadOnlyDictionary<string, int> Failures => _failures;

    public double Slowest => _seconds.DefaultIfEmpty().Max();

    public double StandardDeviation
    {
        get
        {
            double average = _seconds.DefaultIfEmpty().Average();
            return Math.Sqrt(_seconds.Select(one => (one - average) * (one - average)).DefaultIfEmpty().Average());
        }
    }

    /// <summary>Answered puts.</summary>
    public int Count => _seconds.Count;

    /// <exception cref="CtlException">Keys of an earlier check, or of somebody else, are there.</exception>
    public async Task CheckEmptyAsync(CtlClient client, TimeSpan? timeout, bool quotes)
    {
        var (key, end) = KeyRange.Of(prefix, isPrefix: true, isFrom: false);
        var request = new RangeRequest { Key = key, RangeEnd = end, Limit = 1 };
        if ((await client.CallAsync(EtcdMethods.Range, request, timeout, isRead: true).ConfigureAwait(false)).Kvs.Count > 0)
        {
            string command = $"etcdctl del --prefix {prefix}";
            throw new CtlException(
                CtlExit.InvalidInput,
                $"prefix {Text.GoText.Quote(prefix)} has keys. Delete with {(quotes ? $"'{command}'" : command)} first");
        }
    }

    /// <summary>
    /// Puts until <paramref name="total"/> are done or the time is over, at most <paramref name="perSecond"/> of them a
    /// second when that is not 0.
    /// </summary>
    public async Task RunAsync(IReadOnlyList<CtlClient> clients, long total, double perSecond, TimeSpan duration, CtlProgress progress)
    {
        long begin = Stopwatch.GetTimestamp();
        long started = 0;
        async Task WorkAsync(CtlClient client)
        {
            while (Interlocked.Increment(ref started) is var number && number <= total)
            {
                var due = TimeSpan.FromSeconds(perSecond > 0 ? number / perSecond : 0);
                if (due > duration || Stopwatch.GetElapsedTime(begin) > duration)
                {
                    return;
                }

                var wait = due - Stopwatch.GetElapsedTime(begin);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait).ConfigureAwait(false);
                }

                await PutAsync(client).ConfigureAwait(false);
                progress.Report(perSecond > 0 ? (long)Stopwatch.GetElapsedTime(begin).TotalSeconds : number, perSecond > 0 ? (long)duration.TotalSeconds : total);
            }
        }

        await Task.WhenAll(clients.Select(WorkAsync)).ConfigureAwait(false);
    }

    public async Task CleanUpAsync(CtlContext context, CtlClient client)
    {
        var (key, end) = KeyRange.Of(prefix, isPrefix: true, isFrom: false);
        var timeout = TimeSpan.FromSeconds(30);
        var deleted = await client.CallAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = key, RangeEnd = end }, timeout).ConfigureAwait(false);
        if (context.Flags.Switch("auto-compact"))
        {
            long revision = deleted.Header.Revision;
            context.Out.WriteLine($"Compacting with revision {revision}");
            await client.CallAsync(EtcdMethods.Compact, new CompactionRequest { Revision = revision, Physical = true }, timeout).ConfigureAwait(false);
            context.Out.WriteLine($"Compacted with revision {revision}");
        }

        if (context.Flags.Switch("auto-defrag"))
        {
            foreach (var endpoint in client.Endpoints)
            {
                string quoted = Text.GoText.Quote(endpoint.Text);
                context.Out.WriteLine($"Defragmenting {quoted}");
                await using var one = await client.ForAsync(endpoint).ConfigureAwait(false);
                await one.CallAsync(EtcdMethods.Defragment, new DefragmentRequest(), timeout).ConfigureAwait(false);
                context.Out.WriteLine($"Defragmented {quoted}");
            }
        }
    }

    public void TellFailures(CtlWriter output)
    {
        if (_failures.IsEmpty)
        {
            return;
        }

        output.WriteLine("FAIL: too many errors");
        foreach (var (text, count) in _failures)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"FAIL: ERROR({text}) -> {count}"));
        }
    }

    private async Task PutAsync(CtlClient client)
    {
        var key = new byte[keyBytes];
        Random.Shared.NextBytes(key.AsSpan(0, sizeof(long)));
        var request = new PutRequest
        {
            Key = ByteString.CopyFrom([.. System.Text.Encoding.UTF8.GetBytes(prefix), .. key]),
            Value = UnsafeByteOperations.UnsafeWrap(new byte[valueBytes]),
        };
        long begin = Stopwatch.GetTimestamp();
        try
        {
            await client.CallAsync(EtcdMethods.Put, request).ConfigureAwait(false);
            _seconds.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        catch (CtlRpcException failure)
        {
            _failures.AddOrUpdate(failure.Message, 1, static (_, count) => count + 1);
        }
    }
}
