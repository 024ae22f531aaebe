using ActorEtcd.Auth;
using ActorEtcd.Messages;

namespace ActorEtcd.Specs.Auth;

/// <summary>Requests about few users, roles and short keys, so that they meet each other often.</summary>
internal sealed class RandomAuth(Random random)
{
    public static readonly string[] Users = ["root", "u1", "u2", "u3"];
    public static readonly string[] Roles = ["root", "r1", "r2", "r3"];

    private const string Hash = "JDJhJDA0JEhhc2g=";

    public AuthRequest Next() => random.Next(24) switch
    {
        0 => new AuthRequest.Enable(),
        1 => new AuthRequest.Disable(),
        2 => new AuthRequest.Status(),
        3 => new AuthRequest.Authenticate(User(), random.Next(2) == 0 ? "abc" : string.Empty),
        4 or 5 => new AuthRequest.UserAdd(User(), random.Next(9) == 0 ? "no base64" : Hash, random.Next(4) == 0),
        6 => new AuthRequest.UserDelete(User()),
        7 => new AuthRequest.UserGet(User()),
        8 => new AuthRequest.UserChangePassword(User(), Hash),
        < 12 => new AuthRequest.UserGrantRole(User(), Role()),
        12 => new AuthRequest.UserRevokeRole(User(), Role()),
        13 => new AuthRequest.UserList(),
        14 => new AuthRequest.RoleAdd(Role()),
        15 => new AuthRequest.RoleDelete(Role()),
        16 => new AuthRequest.RoleGet(Role()),
        17 => new AuthRequest.RoleList(),
        < 22 => new AuthRequest.RoleGrantPermission(Role(), random.Next(20) == 0 ? null : Permission()),
        _ => new AuthRequest.RoleRevokePermission(Role(), Key(), End()),
    };

    public AuthInfo? Requester(AuthState state) => random.Next(4) switch
    {
        0 => null,
        1 => new AuthInfo(User(), (ulong)random.Next(3)),
        2 => new AuthInfo("root", state.Revision),
        _ => new AuthInfo(User(), state.Revision),
    };

    public Permission Permission() => new((PermissionType)random.Next(3), Key(), End());

    /// <summary>One to two letters of three.</summary>
    public Bytes Key()
    {
        var key = new byte[random.Next(1, 3)];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = (byte)('a' + random.Next(3));
        }

        return key;
    }

    public Bytes End() => random.Next(4) switch
    {
        0 => default,
        1 => new byte[1],
        _ => Key(),
    };

    private string User() => random.Next(30) == 0 ? string.Empty : Users[random.Next(Users.Length)];

    private string Role() => random.Next(30) == 0 ? string.Empty : Roles[random.Next(Roles.Length)];
}
