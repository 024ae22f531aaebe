using ActorEtcd.Host.Protos.Authpb;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// Requests about few users and roles, and requests of those users that touch few keys. What 3.4 did not guard yet, and
/// what makes it panic, is left out.
/// </summary>
internal sealed class AuthGenerator(int seed)
{
    public static readonly string[] Users = ["root", "u1", "u2", "u3"];

    private static readonly string[] Roles = ["root", "r1", "r2", "r3"];
    private static readonly string[] Passwords = ["", "p", "pässwörd"];

    private readonly Random _random = new(seed);

    /// <summary>In whose session the next request runs; null for nobody's.</summary>
    public string? Session() => _random.Next(12) switch
    {
        0 => null,
        < 5 => "root",
        _ => Users[_random.Next(Users.Length)],
    };

    /// <param name="isKnown">Whether it runs in the session of a user who has logged in.</param>
    /// <param name="step">How many requests were made before: the first ones make users and roles.</param>
    public IMessage Next(bool isKnown, int step) => step switch
    {
        0 => new AuthUserAddRequest { Name = "root", Password = "p" },
        1 => new AuthUserGrantRoleRequest { User = "root", Role = "root" },
        _ => Any(isKnown, step),
    };

    private IMessage Any(bool isKnown, int step) => _random.Next(100) switch
    {
        < 4 when step > 40 => new AuthEnableRequest(),
        < 5 when step > 40 && _random.Next(3) == 0 => new AuthDisableRequest(),
        < 11 => new AuthUserAddRequest { Name = User(), Password = Password(), Options = Options() },
        < 13 => new AuthUserDeleteRequest { Name = User() },
        < 16 => new AuthUserGetRequest { Name = User() },
        < 18 => new AuthUserListRequest(),
        < 20 => new AuthUserChangePasswordRequest { Name = User(), Password = Passwords[_random.Next(1, Passwords.Length)] },
        < 28 => new AuthUserGrantRoleRequest { User = User(), Role = Role() },
        < 30 => new AuthUserRevokeRoleRequest { Name = User(), Role = Role() },
        < 34 => new AuthRoleAddRequest { Name = Role() },
        < 35 => new AuthRoleDeleteRequest { Role = Role() },
        < 38 => new AuthRoleGetRequest { Role = Roles[_random.Next(1, Roles.Length)] },
        < 40 => new AuthRoleListRequest(),
        < 47 => new AuthRoleGrantPermissionRequest { Name = Role(), Perm = Perm() },
        < 49 => new AuthRoleRevokePermissionRequest { Role = Role(), Key = Key(), RangeEnd = End() },
        < 53 when isKnown => new LeaseGrantRequest { ID = Lease(), TTL = 5_000 },
        < 55 when isKnown => new LeaseRevokeRequest { ID = Lease() },
        < 56 => new HashKVRequest(),
        < 67 => Put(),
        < 72 => Delete(),
        < 82 => Txn(),
        _ => Range(),
    };

    public AuthenticateRequest Login(string user, string password) => new()
    {
        Name = user,
        Password = _random.Next(10) == 0 ? Password() : password,
    };

    public int Below(int limit) => _random.Next(limit);

    private PutRequest Put() => new()
    {
        Key = Key(),
        Value = ByteString.CopyFromUtf8(_random.Next(9).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        PrevKv = _random.Next(3) == 0,
        Lease = _random.Next(4) == 0 ? Lease() : 0,
    };

    private DeleteRangeRequest Delete()
    {
        var (key, end) = Keys();
        return new DeleteRangeRequest { Key = key, RangeEnd = end, PrevKv = _random.Next(3) == 0 };
    }

    private RangeRequest Range()
    {
        var (key, end) = Keys();
        return new RangeRequest { Key = key, RangeEnd = end, Serializable = _random.Next(2) == 0 };
    }

    private TxnRequest Txn()
    {
        var txn = new TxnRequest();
        if (_random.Next(3) != 0)
        {
            var (key, end) = Keys();
            txn.Compare.Add(new Compare { Key = key, RangeEnd = end, Target = Compare.Types.CompareTarget.Version, Version = _random.Next(2) });
        }

        // The order of puts and ranges is as 3.4 checks them, and a key is put once.
        AddTo(txn.Success);
        AddTo(txn.Failure);
        return txn;
    }

    private void AddTo(ICollection<RequestOp> operations)
    {
        if (_random.Next(2) == 0)
        {
            operations.Add(new RequestOp { RequestPut = new PutRequest { Key = Key() } });
        }

        if (_random.Next(2) == 0)
        {
            operations.Add(new RequestOp { RequestRange = Range() });
        }
        else if (operations.Count == 0)
        {
            operations.Add(new RequestOp { RequestDeleteRange = Delete() });
        }
    }

    private Permission Perm()
    {
        var (key, end) = Keys();
        return new Permission { PermType = (Permission.Types.Type)_random.Next(3), Key = key, RangeEnd = end };
    }

    /// <summary>One key, or a range that is not empty: of empty ones etcd's interval trees have opinions of their own.</summary>
    private (ByteString Key, ByteString End) Keys()
    {
        var key = Key();
        var end = End();
        var isRange = end.IsEmpty || end.Span.SequenceEqual("\0"u8) || key.Span.SequenceCompareTo(end.Span) < 0;
        return (key, isRange ? end : ByteString.Empty);
    }

    private UserAddOptions? Options() => _random.Next(6) switch
    {
        0 => new UserAddOptions { NoPassword = true },
        1 => new UserAddOptions(),
        _ => null,
    };

    private ByteString Key()
    {
        var key = new byte[_random.Next(1, 3)];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = (byte)('a' + _random.Next(3));
        }

        return ByteString.CopyFrom(key);
    }

    private ByteString End() => _random.Next(5) switch
    {
        0 => ByteString.CopyFrom(0),
        1 or 2 => Key(),
        _ => ByteString.Empty,
    };

    private long Lease() => _random.Next(1, 5);

    private string User() => _random.Next(40) == 0 ? "" : Users[_random.Next(Users.Length)];

    private string Role() => _random.Next(40) == 0 ? "" : Roles[_random.Next(Roles.Length)];

    private string Password() => Passwords[_random.Next(Passwords.Length)];
}
