using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// Random requests over a key space so small that they meet each other. It knows the current and the compacted
/// revision from the answers and aims near them. What can be wrong in a request is wrong now and then. When hashes
/// of the stores are to be compared, the servers get no freedom that a hash would show.
/// </summary>
public sealed class RequestGenerator(int seed, bool comparesHashes)
{
    private const long LeaseTtlSeconds = 5_000;
    private const int TxnOpsMax = 128;

    private static readonly string[] Keys =
        ["a", "b", "c", "d", "e", "aa", "ab", "b\0", "key/1", "key/2", "key/22", "zz", "\u00ff"];

    private static readonly string[] Values = ["", "1", "2", "value", "a longer value that is not equal to others"];

    private readonly Random _random = new(seed);
    private readonly List<long> _leases = [];
    private long _nextLease = 1_000;

    /// <summary>The newest revision seen in an answer.</summary>
    public long Revision { get; private set; } = 1;

    /// <summary>The revision of the last compaction that was accepted.</summary>
    public long Compacted { get; private set; }

    public IMessage Next()
    {
        return _random.Next(100) switch
        {
            < 25 => Range(),
            < 50 => Put(),
            < 60 => DeleteRange(),
            < 84 => Txn(depth: 0),
            < 87 => Compact(),
            < 91 => Grant(),
            < 94 => Revoke(),
            < 97 => new LeaseTimeToLiveRequest { ID = Lease(), Keys = Chance(70) },
            < 99 => new LeaseLeasesRequest(),
            _ => TooManyOps(),
        };
    }

    /// <summary>To be told the placeholder of a lease that the servers chose themselves.</summary>
    public void Granted(long lease)
    {
        _leases.Add(lease);
    }

    /// <summary>Takes the revisions from the reference's answer; null is an error.</summary>
    public void Learn(IMessage request, IMessage? answer)
    {
        if (answer?.Descriptor.FindFieldByName("header")?.Accessor.GetValue(answer) is ResponseHeader header)
        {
            Revision = Math.Max(Revision, header.Revision);
        }

        if (request is CompactionRequest accepted && answer != null)
        {
            Compacted = accepted.Revision;
        }
    }

    private bool Chance(int percent)
    {
        return _random.Next(100) < percent;
    }

    private ByteString Bytes(string text)
    {
        return ByteString.CopyFrom(text, System.Text.Encoding.Latin1);
    }

    private ByteString Key()
    {
        return Chance(2) ? ByteString.Empty : Bytes(Keys[_random.Next(Keys.Length)]);
    }

    private ByteString Value()
    {
        return Bytes(Values[_random.Next(Values.Length)]);
    }

    private ByteString RangeEnd(ByteString key)
    {
        switch (_random.Next(8))
        {
            case 0:
                return Bytes("\0");
            case 1:
                return key;
            case 2 or 3:
                return PrefixEnd(key);
            case 4:
                return Bytes("\u00ff\u00ff");
            default:
                return Key();
        }
    }

    private static ByteString PrefixEnd(ByteString key)
    {
        byte[] end = key.ToByteArray();
        for (int i = end.Length - 1; i >= 0; i--)
        {
            if (end[i] < 0xFF)
            {
                end[i]++;
                return ByteString.CopyFrom(end, 0, i + 1);
            }
        }

        return ByteString.CopyFrom(0);
    }

    private long SomeRevision()
    {
        return _random.Next(12) switch
        {
            0 => Revision + 1 + _random.Next(3),
            1 => Math.Max(1, Compacted),
            2 => Math.Max(1, Compacted - 1),
            3 => Compacted + 1,
            4 => Revision,
            5 => -1 - _random.Next(2),
            6 => 1,
            _ => _random.NextInt64(Math.Max(1, Compacted), Revision + 1),
        };
    }

    private long Lease()
    {
        if (_leases.Count == 0 || Chance(8))
        {
            return _random.Next(4) switch { 0 => -7, 1 => 999_999, 2 => 0, _ => long.MaxValue };
        }

        return _leases[_random.Next(_leases.Count)];
    }

    private RangeRequest Range()
    {
        var request = new RangeRequest { Key = Key(), Serializable = Chance(20) };
        if (Chance(2))
        {
            request.Key = Bytes("\0");
        }

        if (Chance(65))
        {
            request.RangeEnd = RangeEnd(request.Key);
        }

        request.Limit = Chance(30) ? _random.Next(-1, 5) : 0;
        request.Revision = Chance(35) ? SomeRevision() : 0;
        if (Chance(40))
        {
            request.SortOrder = (RangeRequest.Types.SortOrder)_random.Next(3);
            request.SortTarget = (RangeRequest.Types.SortTarget)_random.Next(5);
        }

        request.KeysOnly = Chance(15);
        request.CountOnly = Chance(15);
        request.MinModRevision = Chance(8) ? SomeRevision() : 0;
        request.MaxModRevision = Chance(8) ? SomeRevision() : 0;
        request.MinCreateRevision = Chance(8) ? SomeRevision() : 0;
        request.MaxCreateRevision = Chance(8) ? SomeRevision() : 0;
        return request;
    }

    private PutRequest Put()
    {
        var request = new PutRequest { Key = Key(), PrevKv = Chance(30) };
        request.IgnoreValue = Chance(10);
        request.IgnoreLease = Chance(10);
        if (!request.IgnoreValue || Chance(10))
        {
            request.Value = Value();
        }

        if (Chance(25) && (!request.IgnoreLease || Chance(20)))
        {
            request.Lease = Lease();
        }

        return request;
    }

    private DeleteRangeRequest DeleteRange()
    {
        var request = new DeleteRangeRequest { Key = Key(), PrevKv = Chance(40) };
        if (Chance(40))
        {
            request.RangeEnd = RangeEnd(request.Key);
        }

        return request;
    }

    private TxnRequest Txn(int depth)
    {
        var request = new TxnRequest();
        for (int i = _random.Next(4); i > 0; i--)
        {
            request.Compare.Add(Compare());
        }

        for (int i = _random.Next(4); i > 0; i--)
        {
            request.Success.Add(Op(depth));
        }

        for (int i = _random.Next(4); i > 0; i--)
        {
            request.Failure.Add(Op(depth));
        }

        return request;
    }

    private RequestOp Op(int depth)
    {
        return _random.Next(100) switch
        {
            < 35 => new RequestOp { RequestPut = Put() },
            < 65 => new RequestOp { RequestRange = Range() },
            < 80 => new RequestOp { RequestDeleteRange = DeleteRange() },
            < 82 => new RequestOp(),
            _ when depth < 2 => new RequestOp { RequestTxn = Txn(depth + 1) },
            _ => new RequestOp { RequestPut = Put() },
        };
    }

    private Compare Compare()
    {
        var compare = new Compare
        {
            Key = Key(),
            Result = (Compare.Types.CompareResult)_random.Next(4),
            Target = (Compare.Types.CompareTarget)_random.Next(5),
        };
        if (Chance(20))
        {
            compare.RangeEnd = RangeEnd(compare.Key);
        }

        // Now and then the operand does not belong to the target, or there is none.
        Compare.Types.CompareTarget operand =
            Chance(4) ? (Compare.Types.CompareTarget)_random.Next(6) : compare.Target;
        switch (operand)
        {
            case ActorEtcd.Host.Protos.Etcdserverpb.Compare.Types.CompareTarget.Version:
                compare.Version = _random.Next(4);
                break;
            case ActorEtcd.Host.Protos.Etcdserverpb.Compare.Types.CompareTarget.Create:
                compare.CreateRevision = Chance(30) ? 0 : SomeRevision();
                break;
            case ActorEtcd.Host.Protos.Etcdserverpb.Compare.Types.CompareTarget.Mod:
                compare.ModRevision = Chance(30) ? 0 : SomeRevision();
                break;
            case ActorEtcd.Host.Protos.Etcdserverpb.Compare.Types.CompareTarget.Value:
                compare.Value = Value();
                break;
            case ActorEtcd.Host.Protos.Etcdserverpb.Compare.Types.CompareTarget.Lease:
                compare.Lease = Lease();
                break;
            default:
                break;
        }

        return compare;
    }

    private CompactionRequest Compact()
    {
        long revision = Chance(60) ? _random.NextInt64(Compacted, Revision + 1) : SomeRevision();

        // A physical compaction has finished when it is answered; another one may still run while the next hash is
        // taken.
        return new CompactionRequest { Revision = revision, Physical = comparesHashes || Chance(50) };
    }

    private LeaseGrantRequest Grant()
    {
        if (!comparesHashes && Chance(30))
        {
            return new LeaseGrantRequest { TTL = LeaseTtlSeconds };
        }

        if (Chance(15))
        {
            return new LeaseGrantRequest { ID = _nextLease++, TTL = 9_000_000_001 };
        }

        long id = Chance(20) ? Lease() : _nextLease++;
        if (id == 0)
        {
            id = _nextLease++;
        }

        if (!_leases.Contains(id))
        {
            _leases.Add(id);
        }

        return new LeaseGrantRequest { ID = id, TTL = LeaseTtlSeconds + id % 50 };
    }

    private LeaseRevokeRequest Revoke()
    {
        return new LeaseRevokeRequest { ID = Lease() };
    }

    private TxnRequest TooManyOps()
    {
        var request = new TxnRequest();
        int count = TxnOpsMax + _random.Next(2);
        for (int i = 0; i < count; i++)
        {
            ByteString key = Chance(1) ? Bytes("a") : Bytes("many/" + i);
            request.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = key, Value = Value() } });
        }

        return request;
    }
}
