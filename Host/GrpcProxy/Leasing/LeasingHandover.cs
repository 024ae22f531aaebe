using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy.Leasing;

/// <summary>Keys change hands: given back by this proxy, or asked back from another.</summary>
internal sealed class LeasingHandover(ClusterKv kv, LeasingTable table, KeyNamespace leasingKeys)
{
    private const int Attempts = 5;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Removes the leasing key of that revision. Where that fails again and again, it is a leasing key of this session that
    /// owns nothing, which whoever meets it next removes.
    /// </summary>
    public async Task GiveBackAsync(ByteString key, long revision)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                await kv.TxnAsync(
                    LeasingTxn.Remove(leasingKeys.In(key), revision), CallContext.Own(AnswerWithin, CancellationToken.None), mayRepeat: true);
                return;
            }
            catch (GrpcStatusException)
            {
                await Task.Delay(RetryPause);
            }
        }
    }

    /// <summary>Returns when the leasing key, which is another's, is gone: removed by its owner, or with the owner's lease.</summary>
    /// <exception cref="GrpcStatusException">The cluster does not answer.</exception>
    /// <exception cref="OperationCanceledException">The client waits no longer.</exception>
    public async Task AskBackAsync(KeyValue leasing, CallContext context)
    {
        var key = leasingKeys.Out(leasing.Key);
        var departure = table.ExpectDeparture(key);
        try
        {
            if (!leasing.Value.Equals(LeasingTxn.Revoked))
            {
                await kv.TxnAsync(LeasingTxn.Revoke(leasing.Key, leasing.CreateRevision), context, mayRepeat: true);
            }

            while (await IsThereAsync(leasing, context))
            {
                // The watch that signals may be down itself.
                await departure.WaitAsync(LookAgainAfter, context.Cancellation);
            }
        }
        finally
        {
            table.Forget(key, departure);
        }
    }

    private async Task<bool> IsThereAsync(KeyValue leasing, CallContext context)
    {
        var answer = RangeResponse.Parser.ParseFrom(await kv.RangeAsync(new RangeRequest { Key = leasing.Key, KeysOnly = true }, context));
        return answer.Kvs.Count > 0 && answer.Kvs[0].CreateRevision == leasing.CreateRevision;
    }
}
