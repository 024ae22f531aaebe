using ActorEtcd.Host.Grpc;
using Xunit;

namespace ActorEtcd.Specs.Host.Grpc;

public sealed class EtcdErrorsSpec
{
    [Fact]
    public void Every_error_of_the_actors_has_a_row()
    {
        foreach (EtcdError error in Enum.GetValues<EtcdError>()
            .Except([EtcdError.None, EtcdError.UnknownMethod, EtcdError.NoPasswordUser, EtcdError.VerifyOnly]))
        {
            Assert.Same(EtcdErrors.All[error.ToString()], EtcdErrors.Of(error));
        }
    }

    [Fact]
    public void Every_row_has_a_code_and_a_text_of_its_own()
    {
        Assert.Equal(63, EtcdErrors.All.Count);
        Assert.All(EtcdErrors.All.Values, row => Assert.StartsWith("etcdserver: ", row.Message, StringComparison.Ordinal));
        Assert.Equal(63, EtcdErrors.All.Values.Select(row => row.Message).Distinct().Count());
        Assert.DoesNotContain(EtcdErrors.All.Values, row => row.Code is StatusCode.OK or StatusCode.Unknown);
    }
}
