using ActorEtcd.Auth;
using ActorEtcd.Messages;

namespace ActorEtcd.Client;

/// <summary>
/// A key that holds its owner's name for as long as the owner's lease lives. Whoever finds no key takes it; an owner that
/// finds its own name takes it over from its former life. No Akka here.
/// </summary>
internal sealed class EtcdLock(string key, string owner, TimeSpan timeToLive)
{
    private readonly Bytes _key = Bytes.FromUtf8(key);
    private readonly Bytes _owner = Bytes.FromUtf8(owner);

    /// <returns>The lease under which it is held now; none when somebody else holds it.</returns>
    public async Task<LeaseId> TakeAsync(Task<EtcdNode> started)
    {
        var node = await started.ConfigureAwait(false);
        var seconds = (long)Math.Ceiling(timeToLive.TotalSeconds);
        var granted = (LeaseGrantResult)await node.LeaseGrantAsync(new LeaseGrantRequest(default, seconds), Credentials.Internal)
            .ConfigureAwait(false);
        var put = new PutRequest(_key, _owner, granted.Id);
        if (await SucceedsAsync(node, new Compare(CompareResult.Equal, CompareTarget.Create, _key), put).ConfigureAwait(false)
            || await SucceedsAsync(node, new Compare(CompareResult.Equal, CompareTarget.Value, _key, Value: _owner), put).ConfigureAwait(false))
        {
            return granted.Id;
        }

        await node.LeaseRevokeAsync(granted.Id, Credentials.Internal).ConfigureAwait(false);
        return default;
    }

    /// <returns>Whether it is still held under the lease, which has its full time to live again then.</returns>
    public async Task<bool> KeepAsync(Task<EtcdNode> started, LeaseId lease)
    {
        var node = await started.ConfigureAwait(false);
        var ttl = await node.LeaseRenewAsync(lease, Credentials.Internal).ConfigureAwait(false);
        return ttl.RemainingSeconds > 0
            && await SucceedsAsync(node, new Compare(CompareResult.Equal, CompareTarget.Lease, _key, lease.Value)).ConfigureAwait(false);
    }

    /// <summary>Lets go; the key goes with its lease.</summary>
    public static async Task ReleaseAsync(Task<EtcdNode> started, LeaseId lease)
    {
        var node = await started.ConfigureAwait(false);
        try
        {
            await node.LeaseRevokeAsync(lease, Credentials.Internal).ConfigureAwait(false);
        }
        catch (EtcdException gone) when (gone.Error == EtcdError.LeaseNotFound)
        {
            // It ended by itself before.
        }
    }

    private static async Task<bool> SucceedsAsync(EtcdNode node, Compare compare, params RequestOp[] operations)
        => ((TxnResult)await node.TxnAsync(new TxnRequest([compare], [.. operations], []), Credentials.Internal)
            .ConfigureAwait(false)).Succeeded;
}
