using System.Collections.Concurrent;
using System.Globalization;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Cluster;

/// <summary>
/// Clients that put one fresh key after the other until they are stopped. A put that fails is not repeated: it may
/// or may not have happened, so only acknowledged keys are promised to be there.
/// </summary>
internal sealed class PutLoad : IAsyncDisposable
{
    public const string Prefix = "load/";
    private const int Clients = 8;
    private static readonly TimeSpan MilestoneWithin = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, string> _acknowledged = new();
    private readonly ConcurrentBag<string> _failures = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _clients;
    private long _next;

    public PutLoad(ThreeNodeCluster cluster)
        : this(() => cluster.Members)
    {
    }

    /// <param name="members">Those that there are at the moment.</param>
    public PutLoad(Func<IReadOnlyList<MemberProcess>> members)
    {
        _clients = [.. Enumerable.Range(0, Clients).Select(client => RunAsync(members, client))];
    }

    public IReadOnlyDictionary<string, string> Acknowledged => _acknowledged;

    public Task ReachedAsync(int count)
    {
        return Poll.UntilAsync($"{count} acknowledged puts", MilestoneWithin, () =>
            _acknowledged.Count >= count
                ? Task.FromResult(true)
                : throw new InvalidOperationException(
                    $"{_acknowledged.Count} so far; failures: {string.Join("; ", _failures.Take(10))}"));
    }

    /// <summary>Waits for <paramref name="more"/> acknowledgements beyond those there are now.</summary>
    public Task GoesOnForAsync(int more)
    {
        return ReachedAsync(_acknowledged.Count + more);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(Func<IReadOnlyList<MemberProcess>> members, int number)
    {
        await using var client = new RetryingClient(members, number);
        while (!_stop.IsCancellationRequested)
        {
            string name = Interlocked.Increment(ref _next).ToString("D8", CultureInfo.InvariantCulture);
            var put = new PutRequest
            {
                Key = ByteString.CopyFromUtf8(Prefix + name),
                Value = ByteString.CopyFromUtf8("value " + name),
            };
            try
            {
                await client.AttemptAsync(EtcdMethods.Put, put);
                _acknowledged[Prefix + name] = "value " + name;
            }
            catch (GrpcCallException failure)
            {
                _failures.Add(failure.Message);
                using var pause = new PeriodicTimer(PauseAfterFailure);
                await pause.WaitForNextTickAsync();
            }
        }
    }
}
