using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// Makes the answers of two servers comparable: ids of cluster and member and the Raft term are zeroed, leases that
/// the server chose are replaced by a placeholder common to both, and what has no order is sorted.
/// </summary>
public sealed class Normaliser
{
    /// <summary>Placeholders lie far from what servers and the generator choose.</summary>
    private const long FirstPlaceholder = 7_000_000_000;

    /// <summary>How much of a lease's time may have passed in one server but not the other.</summary>
    private const long TtlToleranceSeconds = 600;

    private readonly Dictionary<long, long> _placeholderOfReal = [];
    private readonly Dictionary<long, long> _realOfPlaceholder = [];

    /// <summary>Notes a lease that the server chose; the same call order gives the same placeholder.</summary>
    public long Learn(long realLease)
    {
        long placeholder = FirstPlaceholder + _placeholderOfReal.Count;
        _placeholderOfReal.Add(realLease, placeholder);
        _realOfPlaceholder.Add(placeholder, realLease);
        return placeholder;
    }

    /// <summary>The request as this server must see it.</summary>
    public IMessage ForServer(IMessage request)
    {
        IMessage copy = request.Descriptor.Parser.ParseFrom(request.ToByteString());
        MapLeases(copy, _realOfPlaceholder);
        return copy;
    }

    public string Text(IMessage response)
    {
        ZeroIds(response);
        MapLeases(response, _placeholderOfReal);
        switch (response)
        {
            case LeaseTimeToLiveResponse ttl:
                bool alive = ttl.TTL > 0 && ttl.GrantedTTL - ttl.TTL is >= 0 and < TtlToleranceSeconds;
                ttl.TTL = alive ? ttl.GrantedTTL : ttl.TTL;
                List<ByteString> keys = [.. ttl.Keys.OrderBy(key => key.ToBase64(), StringComparer.Ordinal)];
                ttl.Keys.Clear();
                ttl.Keys.Add(keys);
                break;
            case LeaseLeasesResponse leases:
                List<LeaseStatus> sorted = [.. leases.Leases.OrderBy(lease => lease.ID)];
                leases.Leases.Clear();
                leases.Leases.Add(sorted);
                break;
            case HashKVResponse hash:
                hash.HashRevision = 0;
                break;
            default:
                break;
        }

        return JsonFormatter.Default.Format(response);
    }

    private static void ZeroIds(IMessage message)
    {
        if (message is ResponseHeader header)
        {
            header.ClusterId = 0;
            header.MemberId = 0;
            header.RaftTerm = 0;
            return;
        }

        Visit(message, ZeroIds);
    }

    private static void MapLeases(IMessage message, Dictionary<long, long> mapping)
    {
        if (mapping.Count == 0)
        {
            return;
        }

        foreach (FieldDescriptor field in message.Descriptor.Fields.InDeclarationOrder())
        {
            bool holdsLease = field.FieldType == FieldType.Int64 && field.Name is "lease" or "ID";
            bool present = field.RealContainingOneof == null
                || field.RealContainingOneof.Accessor.GetCaseFieldDescriptor(message) == field;
            if (holdsLease && present
                && mapping.TryGetValue((long)field.Accessor.GetValue(message), out long other))
            {
                field.Accessor.SetValue(message, other);
            }
        }

        Visit(message, child => MapLeases(child, mapping));
    }

    private static void Visit(IMessage message, Action<IMessage> action)
    {
        foreach (FieldDescriptor field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.FieldType != FieldType.Message)
            {
                continue;
            }

            object? value = field.Accessor.GetValue(message);
            if (value is IMessage child)
            {
                action(child);
            }
            else if (value is System.Collections.IEnumerable children)
            {
                foreach (IMessage element in children)
                {
                    action(element);
                }
            }
        }
    }
}
