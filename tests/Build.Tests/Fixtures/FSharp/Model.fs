namespace Models

open AbsBuildTasks.Search
open TorchSharp
open type TorchSharp.torch.nn

type Kind =
    | Small of int64
    | Large

module Sizes =
    let steps = [| 4L; 8L; 16L |]
    let scaled k = steps |> Array.map (fun step -> step * k)
    let unused a b = a + b * 2L
    let rec twice n = if n = 0L then 0L else 2L + twice (n - 1L)
    let widths = seq { for step in scaled 2L do yield twice step }

type Network(kind: Kind) as this =
    inherit torch.nn.Module<torch.Tensor, torch.Tensor>("Network")
    let width = match kind with Small n -> n | Large -> Seq.sum Sizes.widths
    let mutable calls = 0
    let first = Linear(6L, width)
    let second = Linear(width, 3L)
    do this.RegisterComponents()
    member val Rate = 0.5 with get, set
    member _.Item with get (i: int) = i + calls
    override _.forward x =
        calls <- calls + 1
        let act y = functional.relu(y)
        second.call(act (first.call x))

type Model() =
    let part (n: int64) (seed: int64) =
        torch.manual_seed seed |> ignore
        LabelledData(torch.randn [| n; 6L |], torch.randint(3L, [| n |], dtype = torch.ScalarType.Int64))
    interface IAbsModel with
        member _.CreateNetwork() = new Network(Small 16L)
        member _.LoadData(_: ModelContext) = ModelData(part 128L 1L, part 64L 2L)
