using System.Runtime.Serialization;
using Akka.Remote.Serialization;

namespace Akka.Cluster.Serialization;

/// <summary>The small parts of the cluster's messages. What cannot be is refused; a length is believed only as far as the bytes go.</summary>
internal static class ClusterWire
{
    public static void Write(WireWriter writer, Address address)
    {
        if (address.Host is null || address.Port is null)
        {
            throw new ArgumentException($"Address [{address}] could not be serialized: host or port missing.", nameof(address));
        }

        writer.Text(address.Protocol).Text(address.System).Text(address.Host).Int(address.Port.Value);
    }

    public static Address ReadAddress(ref WireReader reader) =>
        new(reader.Text(), reader.Text(), reader.Text(), reader.Int());

    public static void Write(WireWriter writer, UniqueAddress node)
    {
        Write(writer, node.Address);
        writer.Int(node.Uid);
    }

    public static UniqueAddress ReadNode(ref WireReader reader) => new(ReadAddress(ref reader), reader.Int());

    public static void Write(WireWriter writer, ImmutableHashSet<string> roles)
    {
        writer.Int(roles.Count);
        foreach (var role in roles.Order(StringComparer.Ordinal))
        {
            writer.Text(role);
        }
    }

    public static ImmutableHashSet<string> ReadRoles(ref WireReader reader)
    {
        var roles = ImmutableHashSet.CreateBuilder<string>();
        for (var left = ReadCount(ref reader); left > 0; left--)
        {
            roles.Add(reader.Text());
        }

        return roles.ToImmutable();
    }

    public static AppVersion ReadVersion(ref WireReader reader)
    {
        var text = reader.Text();
        try
        {
            return AppVersion.Create(text);
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException or OverflowException)
        {
            throw new SerializationException($"[{text}] is no version of an application", problem);
        }
    }

    public static void Write(WireWriter writer, VectorClock clock)
    {
        writer.Int(clock.Versions.Count);
        foreach (var (node, version) in clock.Versions)
        {
            writer.Text(node.ToString()).Long(version);
        }
    }

    public static VectorClock ReadClock(ref WireReader reader)
    {
        var versions = ImmutableSortedDictionary.CreateBuilder<VectorClock.Node, long>();
        for (var left = ReadCount(ref reader); left > 0; left--)
        {
            versions[VectorClock.Node.FromHash(reader.Text())] = reader.Long();
        }

        return VectorClock.Create(versions.ToImmutable());
    }

    public static int ReadCount(ref WireReader reader)
    {
        var count = reader.Int();
        return count >= 0 ? count : throw new SerializationException($"A count of {count}");
    }
}
