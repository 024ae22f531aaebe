namespace ActorEtcd.Host.Tls;

/// <summary>Why a handshake failed, in the words that etcd's users search for where OpenSSL's mean the same.</summary>
internal static class TlsFailure
{
    // A word of OpenSSL or .NET, and what Go says for it.
    private static readonly (string Sign, string Text)[] Known =
    [
        ("alert bad certificate", "remote error: tls: bad certificate"),
        ("alert unknown ca", "remote error: tls: unknown certificate authority"),
        ("alert certificate unknown", "remote error: tls: unknown certificate"),
        ("alert certificate expired", "remote error: tls: expired certificate"),
        ("alert certificate required", "remote error: tls: certificate required"),
        ("http request", "tls: first record does not look like a TLS handshake"),
        ("wrong version number", "tls: first record does not look like a TLS handshake"),
        ("frame type", "tls: first record does not look like a TLS handshake"),
        ("cannot determine the frame size", "tls: first record does not look like a TLS handshake"),
        ("unexpected EOF", "EOF"),
    ];

    // ClientVerifier has told of these, with the reason.
    private static readonly string[] Told = ["RemoteCertificateValidationCallback", "RemoteCertificateNotAvailable"];

    public static bool IsTold(Exception error)
    {
        for (Exception? at = error; at is not null; at = at.InnerException)
        {
            if (Told.Any(sign => at.Message.Contains(sign, StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    public static string TextOf(Exception error)
    {
        for (Exception? at = error; at is not null; at = at.InnerException)
        {
            foreach (var (sign, text) in Known)
            {
                if (at.Message.Contains(sign, StringComparison.OrdinalIgnoreCase))
                {
                    return text;
                }
            }
        }

        return error.GetBaseException().Message;
    }
}
