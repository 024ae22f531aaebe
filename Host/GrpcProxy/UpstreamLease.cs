using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>Leases that the proxy itself has at the cluster.</summary>
internal sealed class UpstreamLease(Upstream upstream)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <exception cref="GrpcStatusException">The cluster cannot be reached.</exception>
    /// <exception cref="GrpcCallException">It refuses.</exception>
    public async Task<LeaseGrantResponse> GrantAsync(long ttlSeconds, CancellationToken cancellation)
    {
        var context = CallContext.Own(AnswerWithin, cancellation);
        var channel = await upstream.PickAsync(context);
        return await channel.UnaryAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = ttlSeconds }, context.Remaining, cancellation);
    }

    /// <summary>Renews the lease again and again; returns when it is gone, or must be.</summary>
    /// <param name="lease">Which.</param>
    /// <param name="ttlSeconds">What it was granted for.</param>
    /// <param name="askedAt">When it was asked for, by <see cref="Environment.TickCount64"/>.</param>
    /// <param name="renewed">Told when a renewal was sent, and for how many seconds it is good from then on.</param>
    /// <param name="cancellation">Ends it early.</param>
    public async Task KeepAliveAsync(long lease, long ttlSeconds, long askedAt, Action<long, long> renewed, CancellationToken cancellation)
    {
        var pause = TimeSpan.FromSeconds(Math.Max(1, ttlSeconds) / 3.0);
        var answerWithin = pause / 2 < AnswerWithin ? pause / 2 : AnswerWithin;
        var goneAt = askedAt + (ttlSeconds * 1000);
        while (Environment.TickCount64 < goneAt)
        {
            try
            {
                var channel = await upstream.PickAsync(CallContext.Own(answerWithin, cancellation));
                await using var call = channel.Duplex(EtcdMethods.LeaseKeepAlive, cancellationToken: cancellation);
                while (true)
                {
                    var sentAt = Environment.TickCount64;
                    await call.WriteAsync(new LeaseKeepAliveRequest { ID = lease }).AsTask().WaitAsync(answerWithin, cancellation);
                    var answer = await call.ReadAsync(cancellation).AsTask().WaitAsync(answerWithin, cancellation);
                    if (answer.TTL <= 0)
                    {
                        return;
                    }

                    goneAt = sentAt + (answer.TTL * 1000);
                    renewed(sentAt, answer.TTL);
                    await Task.Delay(pause, cancellation);
                }
            }
            catch (Exception failure) when (failure is GrpcStatusException or GrpcCallException or TimeoutException)
            {
                // Through another endpoint, as long as the lease lives.
                await Task.Delay(answerWithin < RetryPause ? answerWithin : RetryPause, cancellation);
            }
        }
    }

    /// <summary>Others need not wait for the lease to end by itself; where that fails, they do.</summary>
    public async Task RevokeAsync(long lease)
    {
        try
        {
            var context = CallContext.Own(TimeSpan.FromSeconds(1), CancellationToken.None);
            var channel = await upstream.PickAsync(context);
            await channel.UnaryAsync(EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = lease }, context.Remaining);
        }
        catch (Exception failure) when (failure is GrpcStatusException or GrpcCallException)
        {
            // Gone already, or out of reach.
        }
    }
}
