namespace ActorEtcd.Host.Grpc;

/// <summary>
/// A feature of connections whose client was verified by its certificate: TLS with client certificates sets it. Calls
/// from the JSON gateway never have it, since their certificate would be the gateway's.
/// </summary>
public interface IVerifiedClient
{
    /// <summary>The common name of the certificate's subject; the user for whom the client speaks.</summary>
    string CommonName { get; }
}
