using System.Text;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.Conformance;

/// <summary>Sends every request to a reference server and to another one and notes where the answers differ.</summary>
public sealed class Differential(GrpcChannel reference, GrpcChannel other)
{
    private const int DifferencesMax = 10;

    private readonly Normaliser _referenceView = new();
    private readonly Normaliser _otherView = new();
    private readonly StringBuilder _differences = new();
    private int _step;

    public int Differences { get; private set; }

    public bool HasSeenEnough => Differences >= DifferencesMax;

    public string Report => _differences.ToString();

    /// <summary>How often each outcome occurred, to show that the requests reach what they should.</summary>
    public SortedDictionary<string, int> Outcomes { get; } = new(StringComparer.Ordinal);

    /// <summary>The reference's answer, or null if it was an error.</summary>
    public async Task<IMessage?> SendAsync(IMessage message, RequestGenerator? generator = null)
    {
        _step++;
        KvRequest request = KvRequest.Of(message);
        (IMessage? expected, string expectedError) = await AnswerAsync(reference, request, _referenceView);
        (IMessage? actual, string actualError) = await AnswerAsync(other, request, _otherView);
        if (message is LeaseGrantRequest { ID: 0 }
            && expected is LeaseGrantResponse { ID: not 0 } first && actual is LeaseGrantResponse { ID: not 0 } second)
        {
            long placeholder = _referenceView.Learn(first.ID);
            _otherView.Learn(second.ID);
            generator?.Granted(placeholder);
        }

        string outcome = expected != null ? $"{request.Name} OK" : $"{request.Name} {expectedError}";
        Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + 1;
        string expectedText = expected != null ? _referenceView.Text(expected) : expectedError;
        string actualText = actual != null ? _otherView.Text(actual) : actualError;
        if (expectedText != actualText && !VersionDifference.Explains(message, expectedError, actual, actualError))
        {
            Differences++;
            _differences.AppendLine($"request {_step}: {Shortened(request.ToString())}");
            _differences.AppendLine($"  expected {Shortened(expectedText)}");
            _differences.AppendLine($"  actual   {Shortened(actualText)}");
        }

        return expected;
    }

    private static string Shortened(string text)
    {
        const int LengthMax = 3_000;
        return text.Length <= LengthMax ? text : text[..LengthMax] + "...";
    }

    private static async Task<(IMessage? Response, string Error)> AnswerAsync(
        GrpcChannel channel, KvRequest request, Normaliser view)
    {
        try
        {
            IMessage response = await request.Send(channel, view.ForServer(request.Message), null);
            TieOrder.Settle(request.Message, response);
            return (response, "");
        }
        catch (GrpcCallException failure)
        {
            return (null, failure.Message);
        }
    }
}
