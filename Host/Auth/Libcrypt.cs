using System.Runtime.InteropServices;
using System.Text;

namespace ActorEtcd.Host.Auth;

/// <summary>The system's password hashing. Its functions keep what they need in memory that the caller gives.</summary>
internal static unsafe partial class Libcrypt
{
    private const string Library = "libcrypt.so.1";

    /// <summary>What <c>struct crypt_data</c> takes in the largest of the libraries of this name.</summary>
    private const nuint DataBytes = 132 * 1024;

    private const int SettingBytesMax = 192;

    private static readonly Lazy<bool> Loaded = new(static () => NativeLibrary.TryLoad(Library, out _));

    public static bool IsAvailable => Loaded.Value;

    /// <summary>A setting for <see cref="Hash"/> made of a prefix, a cost and random bytes; null when the library knows no such prefix.</summary>
    public static string? Setting(ReadOnlySpan<byte> prefix, uint cost, ReadOnlySpan<byte> random)
    {
        var output = stackalloc byte[SettingBytesMax];
        fixed (byte* prefixAt = prefix, randomAt = random)
        {
            var setting = GenSalt(prefixAt, cost, randomAt, random.Length, output, SettingBytesMax);
            return setting == null ? null : Marshal.PtrToStringUTF8((nint)setting);
        }
    }

    /// <summary>The hash of a phrase, with the setting as its beginning; null when the setting is none.</summary>
    public static string? Hash(ReadOnlySpan<byte> phrase, string setting)
    {
        var phraseBytes = new byte[phrase.Length + 1];
        var settingBytes = new byte[Encoding.UTF8.GetByteCount(setting) + 1];
        phrase.CopyTo(phraseBytes);
        Encoding.UTF8.GetBytes(setting, settingBytes);
        var data = NativeMemory.AllocZeroed(DataBytes);
        try
        {
            fixed (byte* phraseAt = phraseBytes, settingAt = settingBytes)
            {
                var hash = Crypt(phraseAt, settingAt, data);
                var text = hash == null ? null : Marshal.PtrToStringUTF8((nint)hash);

                // Failures are told as a hash that no setting begins with.
                return text is null || text.StartsWith('*') ? null : text;
            }
        }
        finally
        {
            NativeMemory.Clear(data, DataBytes);
            NativeMemory.Free(data);
            Array.Clear(phraseBytes);
        }
    }

    [LibraryImport(Library, EntryPoint = "crypt_gensalt_rn")]
    private static partial byte* GenSalt(byte* prefix, nuint cost, byte* random, int randomLength, byte* output, int outputLength);

    [LibraryImport(Library, EntryPoint = "crypt_r")]
    private static partial byte* Crypt(byte* phrase, byte* setting, void* data);
}
