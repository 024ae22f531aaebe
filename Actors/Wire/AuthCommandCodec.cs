using System.Text;
using ActorEtcd.Auth;
using ActorEtcd.Messages;

namespace ActorEtcd.Wire;

/// <summary>
/// The wire form of <see cref="AuthRequest"/>s in a command, with the numbers of etcd's <c>InternalRaftRequest</c>. All
/// fields of these messages are byte fields 1 to 4, so a message is an array of those parts; an absent part is null.
/// </summary>
internal static class AuthCommandCodec
{
    private const int PartsMax = 4;

    /// <summary>The options {1 no password} of a user that has none.</summary>
    private static readonly byte[] NoPassword = [8, 1];

    public static int FieldOf(AuthRequest request) => request switch
    {
        AuthRequest.Enable => 1000,
        AuthRequest.Disable => 1011,
        AuthRequest.Authenticate => 1012,
        AuthRequest.Status => 1013,
        AuthRequest.UserAdd => 1100,
        AuthRequest.UserDelete => 1101,
        AuthRequest.UserGet => 1102,
        AuthRequest.UserChangePassword => 1103,
        AuthRequest.UserGrantRole => 1104,
        AuthRequest.UserRevokeRole => 1105,
        AuthRequest.UserList => 1106,
        AuthRequest.RoleList => 1107,
        AuthRequest.RoleAdd => 1200,
        AuthRequest.RoleDelete => 1201,
        AuthRequest.RoleGet => 1202,
        AuthRequest.RoleGrantPermission => 1203,
        AuthRequest.RoleRevokePermission => 1204,
        _ => throw new InvalidOperationException($"no wire form for {request.GetType()}"),
    };

    public static byte[] Encode(AuthRequest request)
    {
        var parts = PartsOf(request);
        var size = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            size += parts[i] is { } part ? ProtoSize.Message(i + 1, part.Length) : 0;
        }

        var bytes = new byte[size];
        var writer = new ProtoWriter(bytes);
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i] is { } part)
            {
                writer.Message(i + 1, part);
            }
        }

        return bytes;
    }

    /// <summary>The request in a field of a command; null when the field holds something else.</summary>
    public static AuthRequest? Decode(int field, ReadOnlyMemory<byte> bytes)
    {
        if (field is < 1000 or > 1204)
        {
            return null;
        }

        var parts = ReadParts(bytes);
        return field switch
        {
            1000 => new AuthRequest.Enable(),
            1011 => new AuthRequest.Disable(),
            1012 => new AuthRequest.Authenticate(Text(parts[0]), Text(parts[2])),
            1013 => new AuthRequest.Status(),
            1100 => new AuthRequest.UserAdd(Text(parts[0]), Text(parts[3]), HasNoPassword(parts[2])),
            1101 => new AuthRequest.UserDelete(Text(parts[0])),
            1102 => new AuthRequest.UserGet(Text(parts[0])),
            1103 => new AuthRequest.UserChangePassword(Text(parts[0]), Text(parts[2])),
            1104 => new AuthRequest.UserGrantRole(Text(parts[0]), Text(parts[1])),
            1105 => new AuthRequest.UserRevokeRole(Text(parts[0]), Text(parts[1])),
            1106 => new AuthRequest.UserList(),
            1107 => new AuthRequest.RoleList(),
            1200 => new AuthRequest.RoleAdd(Text(parts[0])),
            1201 => new AuthRequest.RoleDelete(Text(parts[0])),
            1202 => new AuthRequest.RoleGet(Text(parts[0])),
            1203 => new AuthRequest.RoleGrantPermission(
                Text(parts[0]), parts[1] is { } permission ? AuthStateCodec.DecodePermission(permission) : null),
            1204 => new AuthRequest.RoleRevokePermission(Text(parts[0]), parts[1] ?? [], parts[2] ?? []),
            _ => null,
        };
    }

    private static byte[]?[] PartsOf(AuthRequest request) => request switch
    {
        AuthRequest.Authenticate r => [Part(r.Name), null, Part(r.SimpleToken)],
        AuthRequest.UserAdd r => [Part(r.Name), null, r.HasNoPassword ? NoPassword : null, Part(r.HashedPassword)],
        AuthRequest.UserDelete r => [Part(r.Name)],
        AuthRequest.UserGet r => [Part(r.Name)],
        AuthRequest.UserChangePassword r => [Part(r.Name), null, Part(r.HashedPassword)],
        AuthRequest.UserGrantRole r => [Part(r.User), Part(r.Role)],
        AuthRequest.UserRevokeRole r => [Part(r.User), Part(r.Role)],
        AuthRequest.RoleAdd r => [Part(r.Name)],
        AuthRequest.RoleDelete r => [Part(r.Role)],
        AuthRequest.RoleGet r => [Part(r.Role)],
        AuthRequest.RoleGrantPermission r => [Part(r.Role), r.Permission is { } p ? AuthStateCodec.Encode(p) : null],
        AuthRequest.RoleRevokePermission r => [Part(r.Role), Part(r.Key), Part(r.RangeEnd)],
        _ => [],
    };

    private static byte[]? Part(string text) => text.Length == 0 ? null : Encoding.UTF8.GetBytes(text);

    private static byte[]? Part(Bytes bytes) => bytes.IsEmpty ? null : bytes.ToArray();

    private static string Text(byte[]? part) => part is null ? string.Empty : Encoding.UTF8.GetString(part);

    private static bool HasNoPassword(byte[]? options)
    {
        var reader = new ProtoReader(options);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                return reader.Bool();
            }

            reader.Skip();
        }

        return false;
    }

    private static byte[]?[] ReadParts(ReadOnlyMemory<byte> bytes)
    {
        var parts = new byte[]?[PartsMax];
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field <= PartsMax)
            {
                parts[reader.Field - 1] = reader.Bytes().ToArray();
            }
            else
            {
                reader.Skip();
            }
        }

        return parts;
    }
}
