using System.Diagnostics;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>ready: waits until every endpoint has answered a linearizable read.</summary>
internal static class ReadyWait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan AttemptMax = TimeSpan.FromSeconds(2);

    /// <summary>Throws Unavailable when an endpoint is not ready within the time that was given.</summary>
    public static async Task<TimeSpan> RunAsync(BenchOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (CtlEndpoint endpoint in options.Endpoints)
        {
            while (!await IsReadyAsync(options, endpoint))
            {
                if (Stopwatch.GetElapsedTime(start) > options.Timeout)
                {
                    string what = $"{endpoint.Text} is not ready after {options.Timeout.TotalSeconds} s";
                    throw new GrpcCallException(StatusCode.Unavailable, what);
                }

                await Task.Delay(Pause);
            }
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task<bool> IsReadyAsync(BenchOptions options, CtlEndpoint endpoint)
    {
        try
        {
            await using GrpcChannel channel = await BenchConnections.DialAsync(options, endpoint, AttemptMax);
            var anything = new RangeRequest { Key = ByteString.CopyFrom(0), CountOnly = true };
            await channel.UnaryAsync(EtcdMethods.Range, anything, AttemptMax);
            return true;
        }
        catch (GrpcCallException)
        {
            return false;
        }
    }
}
