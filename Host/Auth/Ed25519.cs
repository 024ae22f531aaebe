using System.Formats.Asn1;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Host.Auth;

/// <summary>
/// A key for Ed25519 signatures (RFC 8032). .NET has none, so it is one of OpenSSL, which .NET itself needs on Linux for TLS.
/// </summary>
internal sealed unsafe partial class Ed25519 : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>The name of the algorithm in keys and certificates (RFC 8410).</summary>
    public const string Oid = "1.3.101.112";

    private const string Library = "libcrypto.so.3";
    private const int Algorithm = 1087;
    private const int KeyBytes = 32;
    private const int SignatureBytes = 64;
    private const int Success = 1;

    private static readonly Lazy<bool> Loaded = new(static () => NativeLibrary.TryLoad(Library, out _));

    private Ed25519(nint key)
        : base(ownsHandle: true)
    {
        SetHandle(key);
    }

    public static bool IsAvailable => Loaded.Value;

    /// <param name="document">The key as PKCS 8 has it: a number inside an octet string inside the document's octet string.</param>
    /// <exception cref="CryptographicException">It is no such key.</exception>
    public static Ed25519 FromPrivateKey(ReadOnlyMemory<byte> document)
    {
        try
        {
            AsnReader key = new AsnReader(document, AsnEncodingRules.DER).ReadSequence();
            key.ReadInteger();
            CheckAlgorithm(key.ReadSequence().ReadObjectIdentifier());
            byte[] seed = new AsnReader(key.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString();
            fixed (byte* at = Checked(seed))
            {
                return Made(NewPrivateKey(Algorithm, engine: 0, at, KeyBytes));
            }
        }
        catch (AsnContentException error)
        {
            throw new CryptographicException("it is no private key", error);
        }
    }

    /// <param name="document">The key as certificates have it (SubjectPublicKeyInfo).</param>
    /// <exception cref="CryptographicException">It is no such key.</exception>
    public static Ed25519 FromPublicKey(ReadOnlyMemory<byte> document)
    {
        try
        {
            AsnReader key = new AsnReader(document, AsnEncodingRules.DER).ReadSequence();
            CheckAlgorithm(key.ReadSequence().ReadObjectIdentifier());
            fixed (byte* at = Checked(key.ReadBitString(out _)))
            {
                return Made(NewPublicKey(Algorithm, engine: 0, at, KeyBytes));
            }
        }
        catch (AsnContentException error)
        {
            throw new CryptographicException("it is no public key", error);
        }
    }

    /// <summary>The 32 bytes of the public key.</summary>
    public byte[] PublicKey()
    {
        var key = new byte[KeyBytes];
        nuint length = KeyBytes;
        fixed (byte* at = key)
        {
            Check(GetPublicKey(this, at, ref length) == Success);
        }

        return key;
    }

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var signature = new byte[SignatureBytes];
        nuint length = SignatureBytes;
        nint context = NewContext();
        try
        {
            Check(context != 0 && SignInit(context, 0, 0, 0, this) == Success);
            fixed (byte* dataAt = data, signatureAt = signature)
            {
                Check(DigestSign(context, signatureAt, ref length, dataAt, (nuint)data.Length) == Success);
            }
        }
        finally
        {
            FreeContext(context);
        }

        return signature;
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        nint context = NewContext();
        try
        {
            Check(context != 0 && VerifyInit(context, 0, 0, 0, this) == Success);
            fixed (byte* dataAt = data, signatureAt = signature)
            {
                return DigestVerify(context, signatureAt, (nuint)signature.Length, dataAt, (nuint)data.Length) == Success;
            }
        }
        finally
        {
            FreeContext(context);
        }
    }

    protected override bool ReleaseHandle()
    {
        FreeKey(handle);
        return true;
    }

    private static void CheckAlgorithm(string oid)
    {
        if (oid != Oid)
        {
            throw new CryptographicException($"its algorithm is {oid}, not Ed25519 ({Oid})");
        }
    }

    private static byte[] Checked(byte[] key)
        => key.Length == KeyBytes ? key : throw new CryptographicException($"it has {key.Length} bytes instead of {KeyBytes}");

    private static Ed25519 Made(nint key)
    {
        Check(key != 0);
        return new Ed25519(key);
    }

    private static void Check(bool succeeded)
    {
        if (!succeeded)
        {
            throw new CryptographicException("OpenSSL refuses the key");
        }
    }

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    private static partial nint NewPrivateKey(int algorithm, nint engine, byte* key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    private static partial nint NewPublicKey(int algorithm, nint engine, byte* key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    private static partial int GetPublicKey(Ed25519 key, byte* output, ref nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    private static partial nint NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    private static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSignInit")]
    private static partial int SignInit(nint context, nint keyContext, nint digest, nint engine, Ed25519 key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSign")]
    private static partial int DigestSign(nint context, byte* signature, ref nuint signatureLength, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    private static partial int VerifyInit(nint context, nint keyContext, nint digest, nint engine, Ed25519 key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    private static partial int DigestVerify(nint context, byte* signature, nuint signatureLength, byte* data, nuint length);
}
