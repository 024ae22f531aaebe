using System.Runtime.Serialization;
using Akka.Remote.Serialization;

namespace Akka.Cluster.Serialization;

/// <summary>A gossip on the wire: each node once, and everything else by its number. Equal gossips have equal bytes.</summary>
internal static class GossipWire
{
    public static void Write(WireWriter writer, Gossip gossip)
    {
        var nodes = gossip.Members.Keys.Concat(gossip.Tombstones.Keys).ToImmutableSortedSet();
        writer.Int(nodes.Count);
        foreach (var node in nodes)
        {
            ClusterWire.Write(writer, node);
        }

        writer.Int(gossip.Members.Count);
        foreach (var (node, member) in gossip.Members)
        {
            writer.Int(nodes.IndexOf(node)).Byte((byte)member.Status).Int(member.UpNumber);
            ClusterWire.Write(writer, member.Roles);
            writer.Text(member.AppVersion.Version);
        }

        writer.Int(gossip.SeenBy.Count);
        foreach (var node in gossip.SeenBy)
        {
            writer.Int(nodes.IndexOf(node));
        }

        Write(writer, gossip.Reachability, nodes);
        ClusterWire.Write(writer, gossip.Version);
        writer.Int(gossip.Tombstones.Count);
        foreach (var (node, second) in gossip.Tombstones)
        {
            writer.Int(nodes.IndexOf(node)).Long(second);
        }
    }

    public static Gossip Read(ref WireReader reader)
    {
        var nodes = new List<UniqueAddress>();
        for (var left = ClusterWire.ReadCount(ref reader); left > 0; left--)
        {
            nodes.Add(ClusterWire.ReadNode(ref reader));
        }

        var members = Gossip.Empty.Members.ToBuilder();
        for (var left = ClusterWire.ReadCount(ref reader); left > 0; left--)
        {
            var member = ReadMember(ref reader, nodes);
            members[member.UniqueAddress] = member;
        }

        var seenBy = ImmutableSortedSet.CreateBuilder<UniqueAddress>();
        for (var left = ClusterWire.ReadCount(ref reader); left > 0; left--)
        {
            seenBy.Add(ReadNode(ref reader, nodes));
        }

        var reachability = ReadReachability(ref reader, nodes);
        var version = ClusterWire.ReadClock(ref reader);
        var tombstones = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, long>();
        for (var left = ClusterWire.ReadCount(ref reader); left > 0; left--)
        {
            tombstones[ReadNode(ref reader, nodes)] = reader.Long();
        }

        return Gossip.Empty with
        {
            Members = members.ToImmutable(),
            SeenBy = seenBy.ToImmutable(),
            Reachability = reachability,
            Version = version,
            Tombstones = tombstones.ToImmutable(),
        };
    }

    private static Member ReadMember(ref WireReader reader, List<UniqueAddress> nodes)
    {
        var node = ReadNode(ref reader, nodes);
        var status = (MemberStatus)reader.Byte();
        if (!Enum.IsDefined(status) || status == MemberStatus.Removed)
        {
            throw new SerializationException($"Member status {(int)status}");
        }

        return Member.Restore(
            node, reader.Int(), status, ClusterWire.ReadRoles(ref reader), ClusterWire.ReadVersion(ref reader));
    }

    private static void Write(WireWriter writer, Reachability reachability, ImmutableSortedSet<UniqueAddress> nodes)
    {
        writer.Int(reachability.Rows.Count);
        foreach (var (observer, row) in reachability.Rows)
        {
            writer.Int(nodes.IndexOf(observer)).Long(row.Version).Int(row.Subjects.Count);
            foreach (var (subject, status) in row.Subjects)
            {
                writer.Int(nodes.IndexOf(subject)).Byte((byte)status);
            }
        }
    }

    private static Reachability ReadReachability(ref WireReader reader, List<UniqueAddress> nodes)
    {
        var rows = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, Reachability.Row>();
        for (var left = ClusterWire.ReadCount(ref reader); left > 0; left--)
        {
            var observer = ReadNode(ref reader, nodes);
            var version = reader.Long();
            var subjects = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, ReachabilityStatus>();
            for (var rest = ClusterWire.ReadCount(ref reader); rest > 0; rest--)
            {
                var subject = ReadNode(ref reader, nodes);
                var status = (ReachabilityStatus)reader.Byte();
                subjects[subject] = status is ReachabilityStatus.Unreachable or ReachabilityStatus.Terminated
                    ? status
                    : throw new SerializationException($"Reachability status {(int)status}");
            }

            rows[observer] = new Reachability.Row(version, subjects.ToImmutable());
        }

        return Reachability.Restore(rows.ToImmutable());
    }

    private static UniqueAddress ReadNode(ref WireReader reader, List<UniqueAddress> nodes)
    {
        var index = reader.Int();
        return index >= 0 && index < nodes.Count
            ? nodes[index]
            : throw new SerializationException($"Node {index} of {nodes.Count}");
    }
}
