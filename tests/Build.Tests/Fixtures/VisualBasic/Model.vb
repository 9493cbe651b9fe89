Imports System.Collections.Generic
Imports System.Linq
Imports System.Threading.Tasks
Imports TorchSharp

Public Class Network
    Inherits torch.nn.Module(Of torch.Tensor, torch.Tensor)

    Private ReadOnly sizes As Long() = {4, 8, 16, 32, 64, 128, 256, 512}
    Private ReadOnly first As Modules.Linear = torch.nn.Linear(6, 16)

    Public Sub New()
        MyBase.New("Network")
        RegisterComponents()
    End Sub

    Default Public ReadOnly Property Item(i As Integer) As Long
        Get
            Return sizes(i)
        End Get
    End Property

    Public Overridable Iterator Function Steps() As IEnumerable(Of Long)
        Yield sizes.Select(Function(size) size * 2).Sum()
    End Function

    Public Overridable Async Function Later() As Task(Of Integer)
        Await Task.Yield()
        Return 3
    End Function

    Public Overrides Function forward(input As torch.Tensor) As torch.Tensor
        Static calls As Integer = 0
        calls += 1
        Dim twice = Function(x As torch.Tensor) x * calls
        Return twice(first.call(input)) * (New With {.Rate = 2}).Rate
    End Function
End Class

' The contract has members with bodies, which this language would have to repeat: for what is tested here any class will do.
Public Class Model
    Public Overridable Function CreateNetwork() As torch.nn.Module
        Return New Network()
    End Function
End Class
