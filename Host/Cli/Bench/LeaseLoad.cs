using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>lease: every client keeps a lease of its own alive, one keep-alive after the other on one stream.</summary>
internal static class LeaseLoad
{
    private const long TimeToLiveSeconds = 100;

    public static async Task<BenchResult> RunAsync(BenchOptions options)
    {
        BenchConnection[] connections = await BenchConnections.OpenAsync(options);
        var run = new LoadRun(options);
        BenchResult result = await run.CompleteAsync(Enumerable.Range(0, options.Clients).Select(
            client => ClientAsync(run, connections[client % connections.Length])));
        await BenchConnections.CloseAsync(connections);
        return result;
    }

    private static async Task ClientAsync(LoadRun run, BenchConnection connection)
    {
        long number = -1;
        try
        {
            LeaseGrantResponse lease = await connection.Channel.UnaryAsync(
                EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = TimeToLiveSeconds }).ConfigureAwait(false);
            var keepAlive = new LeaseKeepAliveRequest { ID = lease.ID };
            await using DuplexCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream =
                connection.Channel.Duplex(EtcdMethods.LeaseKeepAlive);
            while (run.TryTake(out number))
            {
                long since = await run.DueAsync(number).ConfigureAwait(false);
                await stream.WriteAsync(keepAlive).ConfigureAwait(false);
                LeaseKeepAliveResponse response = await stream.ReadAsync().ConfigureAwait(false);
                if (response.TTL > 0)
                {
                    run.Succeeded(number, since);
                }
                else
                {
                    run.Failed(number, new GrpcCallException(StatusCode.NotFound, "lease is gone"));
                }
            }

            await connection.Channel.UnaryAsync(
                EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = lease.ID }).ConfigureAwait(false);
        }
        catch (GrpcCallException failure)
        {
            run.Failed(Math.Max(number, 0), failure);
        }
    }
}
