using System.Runtime.CompilerServices;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Client;

/// <summary>Renews a lease three times in each of its lives, through lost connections, for as long as it lives.</summary>
internal static class LeaseKeeper
{
    /// <summary>The answers; they end when the lease is gone or <paramref name="cancel"/> is.</summary>
    public static async IAsyncEnumerable<LeaseKeepAliveResponse> KeepAsync(
        CtlClient client, long id, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await using var call = await client.StreamAsync(EtcdMethods.LeaseKeepAlive).ConfigureAwait(false);
            while (await NextAsync(call, id, cancel).ConfigureAwait(false) is { } answer)
            {
                if (answer.TTL <= 0)
                {
                    yield break;
                }

                yield return answer;
                if (!await PauseAsync(TimeSpan.FromSeconds(answer.TTL / 3.0), cancel).ConfigureAwait(false))
                {
                    yield break;
                }
            }

            await client.ReconnectAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The next answer, or null when the stream is of no more use.</summary>
    private static async Task<LeaseKeepAliveResponse?> NextAsync(
        DuplexCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call, long id, CancellationToken cancel)
    {
        try
        {
            await call.WriteAsync(new LeaseKeepAliveRequest { ID = id }).ConfigureAwait(false);
            return await call.ReadAsync(cancel).ConfigureAwait(false);
        }
        catch (GrpcCallException failure) when (failure.Code is StatusCode.Unavailable or StatusCode.Canceled or StatusCode.Unknown)
        {
            return null;
        }
        catch (GrpcCallException failure)
        {
            throw new CtlRpcException(failure.Code, failure.Detail);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<bool> PauseAsync(TimeSpan pause, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(pause, cancel).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
