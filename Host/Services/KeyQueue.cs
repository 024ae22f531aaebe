using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ActorEtcd.Auth;
using ActorEtcd.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Messages;
using ActorEtcd.Watch;
using Google.Protobuf;

namespace ActorEtcd.Host.Services;

/// <summary>
/// The keys <c>name/&lt;lease in hex&gt;</c> of those who compete for a name, in the order of their create revisions: the
/// first holds the lock or leads. Layout and rules are those of etcd's <c>client/v3/concurrency</c>, so that its
/// recipes and these services compete with each other.
/// </summary>
internal sealed class KeyQueue(EtcdNode node)
{
    /// <summary>What a competitor without a lease of its own gets.</summary>
    private const long SessionTtlSeconds = 60;

    public static Bytes PrefixOf(ByteString name)
    {
        var prefix = new byte[name.Length + 1];
        name.Span.CopyTo(prefix);
        prefix[^1] = (byte)'/';
        return prefix;
    }

    public static Bytes KeyOf(Bytes prefix, LeaseId lease)
    {
        // Go prints a negative number in hex with a sign.
        var text = lease.Value < 0
            ? "-" + unchecked((ulong)-lease.Value).ToString("x", CultureInfo.InvariantCulture)
            : lease.ToString();
        return (byte[])[.. prefix.Span, .. Encoding.ASCII.GetBytes(text)];
    }

    /// <summary>All keys of the competitors; the prefix ends in a slash, whose successor is the end.</summary>
    public static WatchRange RangeOf(Bytes prefix)
    {
        var end = prefix.ToArray();
        end[^1]++;
        return new WatchRange(prefix, end);
    }

    /// <summary>Reads the competitor who came first.</summary>
    public static RangeRequest First(Bytes prefix) => OneOf(prefix, SortOrder.Ascend);

    /// <summary>A transaction on the key's create revision; 0 means that the key does not exist.</summary>
    public async ValueTask<TxnResult> TxnAsync(
        Bytes key,
        long createRevision,
        ImmutableArray<RequestOp> success,
        ImmutableArray<RequestOp> failure,
        Credentials credentials)
    {
        var compare = new Compare(CompareResult.Equal, CompareTarget.Create, key, createRevision);
        return (TxnResult)await node.TxnAsync(new TxnRequest([compare], success, failure), credentials);
    }

    /// <summary>The lease that the client gave, or a new one that nobody renews until the client does.</summary>
    public async ValueTask<LeaseId> SessionAsync(long lease, Credentials credentials)
    {
        if (lease != 0)
        {
            return new LeaseId(lease);
        }

        var granted = await node.LeaseGrantAsync(new LeaseGrantRequest(LeaseId.None, SessionTtlSeconds), credentials);
        return ((LeaseGrantResult)granted).Id;
    }

    /// <summary>Waits until no competitor is left who came before the revision.</summary>
    public async ValueTask WaitForEarlierAsync(
        Bytes prefix, long createRevision, Credentials credentials, CancellationToken cancellationToken)
    {
        var last = OneOf(prefix, SortOrder.Descend) with { MaxCreateRevision = createRevision - 1 };
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var found = await node.RangeAsync(last, credentials);
            if (found.Kvs.IsEmpty)
            {
                return;
            }

            Bytes key = Store.KeyValue.ParseKey(found.Kvs[0].Span).ToArray();
            await WaitForDeletionAsync(key, found.Revision, credentials, cancellationToken);
        }
    }

    /// <summary>
    /// Runs a service's answer. Refusals reach clients of these services through a client of etcd's own, which keeps
    /// their texts and loses their codes.
    /// </summary>
    public static async ValueTask<T> AnswerAsync<T>(ValueTask<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (EtcdException refusal)
        {
            throw Failure(EtcdErrors.Of(refusal.Error).Message);
        }
    }

    public static GrpcStatusException Failure(string message) => new(StatusCode.Unknown, message);

    private static RangeRequest OneOf(Bytes prefix, SortOrder order) => new()
    {
        Key = prefix,
        RangeEnd = RangeOf(prefix).End,
        SortTarget = SortTarget.Create,
        SortOrder = order,
        Limit = 1,
    };

    private async ValueTask WaitForDeletionAsync(
        Bytes key, long fromRevision, Credentials credentials, CancellationToken cancellationToken)
    {
        using var watch = await KeyWatch.OpenAsync(node, new WatchRange(key, default), fromRevision, credentials);
        while (await watch.NextAsync(cancellationToken) is { } update)
        {
            // A compaction that overtook the watcher hides what happened: the caller looks again.
            if (update.CompactRevision != 0 || update.Events.Any(static happened => happened.IsDelete))
            {
                return;
            }
        }

        throw new EtcdException(EtcdError.Stopped);
    }
}
