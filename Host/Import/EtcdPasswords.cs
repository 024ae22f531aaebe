using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Messages;
using ActorEtcd.Persistence.EtcdData;
using ActorEtcd.Wire;

namespace ActorEtcd.Host.Import;

/// <summary>
/// Up to 3.4 etcd's log holds passwords as they are, and each member hashes them when it applies the entry. In ours the
/// hash stands in the log, so it is put there.
/// </summary>
internal static class EtcdPasswords
{
    private const int UserAddField = 1100;
    private const int ChangePasswordField = 1103;

    /// <summary>etcd: <c>AuthUserAddRequest</c> and <c>AuthUserChangePasswordRequest</c> have it in the same place.</summary>
    private const int PasswordField = 2;

    /// <returns>The bytes of the entry, with a hash in the place of a password.</returns>
    /// <exception cref="EtcdDataException">The system cannot hash passwords.</exception>
    /// <exception cref="MalformedMessageException">The bytes are no command.</exception>
    public static ReadOnlyMemory<byte> Hashed(ReadOnlyMemory<byte> data)
    {
        var password = PasswordIn(data);
        if (password.IsEmpty)
        {
            return data;
        }

        var decoded = CommandCodec.Decode(data);
        RaftCommand command = decoded.Command switch
        {
            AuthRequest.UserAdd { HashedPassword.Length: 0, HasNoPassword: false } add => add with { HashedPassword = Hash(password) },
            AuthRequest.UserChangePassword { HashedPassword.Length: 0 } change => change with { HashedPassword = Hash(password) },
            var other => other,
        };
        return CommandCodec.Encode(decoded.RequestId, command, decoded.Requester);
    }

    private static ReadOnlyMemory<byte> PasswordIn(ReadOnlyMemory<byte> data)
    {
        var reader = new ProtoReader(data);
        while (reader.Next())
        {
            if (reader.Field is UserAddField or ChangePasswordField)
            {
                return FieldOf(reader.Bytes(), PasswordField);
            }

            reader.Skip();
        }

        return default;
    }

    private static ReadOnlyMemory<byte> FieldOf(ReadOnlyMemory<byte> message, int field)
    {
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == field)
            {
                return reader.Bytes();
            }

            reader.Skip();
        }

        return default;
    }

    private static string Hash(ReadOnlyMemory<byte> password)
    {
        if (!Bcrypt.IsAvailable)
        {
            throw new EtcdDataException("the log holds passwords to be hashed, which needs libcrypt.so.1 (Debian: libcrypt1)");
        }

        try
        {
            return Convert.ToBase64String(Bcrypt.Hash(password.Span, Bcrypt.CostDefault));
        }
        catch (GrpcStatusException failure)
        {
            throw new EtcdDataException(failure.Message, failure);
        }
    }
}
