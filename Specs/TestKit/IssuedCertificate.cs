namespace ActorEtcd.Specs.TestKit;

/// <summary>The files of a certificate and its key.</summary>
public sealed record IssuedCertificate(string CertificatePath, string KeyPath, byte[] Serial);
