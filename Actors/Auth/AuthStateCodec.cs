using System.Collections.Immutable;
using System.Text;
using ActorEtcd.Wire;

namespace ActorEtcd.Auth;

/// <summary>
/// The protobuf wire form of users and roles: etcd's own <c>authpb.User</c>, <c>authpb.Role</c> and
/// <c>authpb.Permission</c>, as its database holds them, and of the whole state in a checkpoint: 1 enabled, 2 revision,
/// 3 user, 4 role.
/// </summary>
public static class AuthStateCodec
{
    public static byte[] Encode(AuthState state)
    {
        var users = state.Users.Values.Select(Encode).ToArray();
        var roles = state.Roles.Values.Select(Encode).ToArray();
        var bytes = new byte[ProtoSize.Bool(1, state.IsEnabled)
            + ProtoSize.UInt64(2, state.Revision)
            + users.Sum(static user => ProtoSize.Message(3, user.Length))
            + roles.Sum(static role => ProtoSize.Message(4, role.Length))];
        var writer = new ProtoWriter(bytes);
        writer.Bool(1, state.IsEnabled);
        writer.UInt64(2, state.Revision);
        foreach (var user in users)
        {
            writer.Message(3, user);
        }

        foreach (var role in roles)
        {
            writer.Message(4, role);
        }

        return bytes;
    }

    /// <exception cref="MalformedMessageException">The bytes are not such a state.</exception>
    public static AuthState Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var isEnabled = false;
        ulong revision = 0;
        var users = new List<AuthUser>();
        var roles = new List<AuthRole>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: isEnabled = reader.Bool(); break;
                case 2: revision = reader.UInt64(); break;
                case 3: users.Add(DecodeUser(reader.Bytes())); break;
                case 4: roles.Add(DecodeRole(reader.Bytes())); break;
                default: reader.Skip(); break;
            }
        }

        return AuthState.Of(isEnabled, revision, users, roles);
    }

    /// <summary>etcd: <c>authpb.User</c> {1 name, 2 password, 3 role, 4 options {1 no password}}.</summary>
    public static byte[] Encode(AuthUser user)
    {
        // etcd writes options always, also empty ones.
        var optionsSize = ProtoSize.Bool(1, user.HasNoPassword);
        var bytes = new byte[ProtoSize.String(1, user.Name)
            + ProtoSize.Bytes(2, user.PasswordHash.Span)
            + user.Roles.Sum(static role => ProtoSize.Message(3, Encoding.UTF8.GetByteCount(role)))
            + ProtoSize.Message(4, optionsSize)];
        var writer = new ProtoWriter(bytes);
        writer.String(1, user.Name);
        writer.Bytes(2, user.PasswordHash.Span);
        foreach (var role in user.Roles)
        {
            writer.Message(3, Encoding.UTF8.GetBytes(role));
        }

        writer.MessageHeader(4, optionsSize);
        writer.Bool(1, user.HasNoPassword);
        return bytes;
    }

    /// <exception cref="MalformedMessageException">The bytes are not a user.</exception>
    public static AuthUser DecodeUser(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var name = string.Empty;
        Bytes hash = default;
        var hasNoPassword = false;
        var roles = ImmutableArray.CreateBuilder<string>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = reader.String(); break;
                case 2: hash = reader.Bytes().ToArray(); break;
                case 3: roles.Add(reader.String()); break;
                case 4: hasNoPassword = DecodeOptions(reader.Bytes()); break;
                default: reader.Skip(); break;
            }
        }

        return new AuthUser(name, hash, hasNoPassword, roles.DrainToImmutable());
    }

    /// <summary>etcd: <c>authpb.Role</c> {1 name, 2 permission}.</summary>
    public static byte[] Encode(AuthRole role)
    {
        var permissions = role.Permissions.Select(Encode).ToArray();
        var bytes = new byte[ProtoSize.String(1, role.Name)
            + permissions.Sum(static permission => ProtoSize.Message(2, permission.Length))];
        var writer = new ProtoWriter(bytes);
        writer.String(1, role.Name);
        foreach (var permission in permissions)
        {
            writer.Message(2, permission);
        }

        return bytes;
    }

    /// <exception cref="MalformedMessageException">The bytes are not a role.</exception>
    public static AuthRole DecodeRole(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var name = string.Empty;
        var permissions = ImmutableArray.CreateBuilder<Permission>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = reader.String(); break;
                case 2: permissions.Add(DecodePermission(reader.Bytes())); break;
                default: reader.Skip(); break;
            }
        }

        return new AuthRole(name, permissions.DrainToImmutable());
    }

    /// <summary>etcd: <c>authpb.Permission</c> {1 type, 2 key, 3 range end}.</summary>
    public static byte[] Encode(Permission permission)
    {
        var bytes = new byte[ProtoSize.Int64(1, (long)permission.Type)
            + ProtoSize.Bytes(2, permission.Key.Span)
            + ProtoSize.Bytes(3, permission.RangeEnd.Span)];
        var writer = new ProtoWriter(bytes);
        writer.Int64(1, (long)permission.Type);
        writer.Bytes(2, permission.Key.Span);
        writer.Bytes(3, permission.RangeEnd.Span);
        return bytes;
    }

    /// <exception cref="MalformedMessageException">The bytes are not a permission.</exception>
    public static Permission DecodePermission(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var type = 0;
        Bytes key = default, rangeEnd = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: type = reader.Int32(); break;
                case 2: key = reader.Bytes().ToArray(); break;
                case 3: rangeEnd = reader.Bytes().ToArray(); break;
                default: reader.Skip(); break;
            }
        }

        return new Permission((PermissionType)type, key, rangeEnd);
    }

    private static bool DecodeOptions(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var hasNoPassword = false;
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                hasNoPassword = reader.Bool();
            }
            else
            {
                reader.Skip();
            }
        }

        return hasNoPassword;
    }
}
