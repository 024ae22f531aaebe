using System.Security.Cryptography;
using System.Text;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.Auth;

/// <summary>
/// Hashes of passwords, in the form of etcd: bcrypt with the prefix <c>$2a$</c>. They take a good part of a second of
/// processor time, so they run on threads apart, and never on more than half of the processors.
/// </summary>
public sealed class Bcrypt(int cost)
{
    public const int CostMin = 4;
    public const int CostMax = 31;
    public const int CostDefault = 10;

    private const int SaltBytes = 16;

    /// <summary>What bcrypt takes at most; Go refuses to hash more.</summary>
    private const int PasswordBytesMax = 72;

    private const int PrefixLength = 4;

    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair(
        TaskScheduler.Default, Math.Max(1, Environment.ProcessorCount / 2)).ConcurrentScheduler;

    /// <summary>Whether the system has what it takes.</summary>
    public static bool IsAvailable => Libcrypt.IsAvailable;

    /// <exception cref="GrpcStatusException">The password cannot be hashed, or the system has no libcrypt.</exception>
    public Task<byte[]> HashAsync(string password)
    {
        CheckAvailable();
        var bytes = Encoding.UTF8.GetBytes(password);
        if (bytes.Length > PasswordBytesMax)
        {
            throw new GrpcStatusException(StatusCode.Unknown, "bcrypt: password length exceeds 72 bytes");
        }

        if (bytes.Contains((byte)0))
        {
            throw new GrpcStatusException(StatusCode.InvalidArgument, "bcrypt: the password contains a zero byte");
        }

        return RunAsync(() => Hash(bytes, cost));
    }

    /// <summary>Whether the hash is that of the password.</summary>
    /// <exception cref="GrpcStatusException">The system has no libcrypt.</exception>
    public Task<bool> IsOfAsync(Bytes hash, string password)
    {
        CheckAvailable();
        var bytes = Encoding.UTF8.GetBytes(password);

        // libcrypt's phrases end at a zero byte; such a password was never hashed here.
        return bytes.Contains((byte)0) ? Task.FromResult(false) : RunAsync(() => IsOf(hash, bytes));
    }

    internal static byte[] Hash(ReadOnlySpan<byte> password, int cost)
    {
        // What everybody calls 2a is 2b here: libcrypt's own 2a avoids old collisions and differs for some passwords.
        var setting = Libcrypt.Setting("$2b$"u8, (uint)cost, RandomNumberGenerator.GetBytes(SaltBytes));
        var hash = setting is null ? null : Libcrypt.Hash(password, setting);
        return hash is null
            ? throw new GrpcStatusException(StatusCode.Internal, "libcrypt.so.1 of this system knows no bcrypt")
            : Encoding.ASCII.GetBytes("$2a$" + hash[PrefixLength..]);
    }

    internal static bool IsOf(Bytes hash, ReadOnlySpan<byte> password)
    {
        var text = Encoding.ASCII.GetString(hash.Span);
        if (!text.StartsWith("$2", StringComparison.Ordinal) || text.Length <= PrefixLength)
        {
            return false;
        }

        var actual = Libcrypt.Hash(password, "$2b$" + text[PrefixLength..]);
        return actual is not null && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(actual).AsSpan(PrefixLength), hash.Span[PrefixLength..]);
    }

    private static void CheckAvailable()
    {
        if (!IsAvailable)
        {
            throw new GrpcStatusException(
                StatusCode.FailedPrecondition, "passwords need libcrypt.so.1, which this system does not have (Debian: libcrypt1)");
        }
    }

    private Task<T> RunAsync<T>(Func<T> work)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _turns);
}
