using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.V2;
using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>
/// Follows the v2 store through etcd's log: the requests of its clients, and what etcd itself writes into it when members
/// change or tell their attributes.
/// </summary>
internal static class EtcdV2Keys
{
    /// <param name="state">The store before the entries.</param>
    /// <param name="membership">The members before the entries.</param>
    /// <param name="entries">Committed ones, in order.</param>
    public static V2State Follow(V2State state, EtcdMembership membership, IEnumerable<EtcdEntry> entries)
    {
        var store = new V2Store(state);
        foreach (var entry in entries)
        {
            if (entry.Type != EtcdEntryType.Normal)
            {
                var after = membership.Apply(entry);
                Follow(store, membership, after);
                membership = after;
            }
            else if (EtcdRequest.FindV2(entry.Data) is { } request)
            {
                Apply(store, request, entry);
            }
        }

        return store.Capture();
    }

    private static void Apply(V2Store store, ReadOnlyMemory<byte> request, EtcdEntry entry)
    {
        try
        {
            var command = (V2Request)CommandCodec.Decode(EtcdRequest.Wrapped(request)).Command;

            // etcd's requests do not say when they were made.
            store.Apply(command.Method == V2Request.Sync ? command : command with { Time = command.ExpiresAt });
        }
        catch (MalformedMessageException malformed)
        {
            throw new EtcdDataException($"entry {entry.Index} of the write-ahead log cannot be read: {malformed.Message}", malformed);
        }
    }

    private static void Follow(V2Store store, EtcdMembership before, EtcdMembership after)
    {
        var members = MemberTable.Of(clusterId: 0, after.Members.Values);
        foreach (var (id, member) in after.Members)
        {
            if (!before.Members.TryGetValue(id, out var known))
            {
                V2Members.Changed(store, new MemberChange.Add(member, 0), members);
            }
            else if (!ReferenceEquals(known, member))
            {
                V2Members.Changed(store, new MemberChange.Update(id, member.PeerUrls), members);
            }
        }

        foreach (var id in after.Removed.Except(before.Removed))
        {
            V2Members.Changed(store, new MemberChange.Remove(id), members);
        }
    }
}
