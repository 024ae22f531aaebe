using System.Security.Cryptography.X509Certificates;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.Tls;

/// <summary>A client whose certificate was accepted.</summary>
internal sealed class VerifiedClient(string commonName) : IVerifiedClient
{
    private const string CommonNameOid = "2.5.4.3";

    public string CommonName => commonName;

    /// <summary>Null when the certificate names nobody.</summary>
    public static VerifiedClient? Of(X509Certificate2 certificate)
    {
        var name = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(static part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameOid)
            .Select(static part => part.GetSingleElementValue())
            .FirstOrDefault();
        return string.IsNullOrEmpty(name) ? null : new VerifiedClient(name);
    }
}
